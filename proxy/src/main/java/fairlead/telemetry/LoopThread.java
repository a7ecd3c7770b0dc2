package fairlead.telemetry;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** The thread of an event loop. It has a number, by which a {@link LoopAdder} finds its cell. */
public final class LoopThread extends FastThreadLocalThread {
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final int number = NEXT.getAndIncrement();

  private LoopThread(Runnable task, String name) {
    super(task, name);
    setDaemon(true);
  }

  /** Daemon threads of this name and a number. */
  public static ThreadFactory factory(String name) {
    return new DefaultThreadFactory(name, true) {
      @Override
      protected Thread newThread(Runnable task, String numbered) {
        return new LoopThread(task, numbered);
      }
    };
  }

  /** From 0; no two threads of this process have the same. */
  int number() {
    return number;
  }
}
