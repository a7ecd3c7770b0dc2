package fairlead.telemetry;

import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The thread of an event loop. It has a number, by which what it counts finds its place: no two
 * threads of this process have the same.
 */
public final class LoopThread extends FastThreadLocalThread {
  /** Threads beyond these have no number: they would be many that come and go, as in tests. */
  static final int MOST = Math.clamp(Runtime.getRuntime().availableProcessors() * 2L + 4, 8, 256);

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

  /** The number of the running thread, below {@link #MOST}; -1 when it has none. */
  static int current() {
    return Thread.currentThread() instanceof LoopThread loop && loop.number < MOST
        ? loop.number
        : -1;
  }
}
