package fairlead.activity;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the control plane on one Netty event executor, of which it uses one thread. */
public final class LoopSerialExecutor implements SerialExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(LoopSerialExecutor.class);

  private final EventExecutor loop;

  public LoopSerialExecutor(EventExecutor loop) {
    this.loop = loop;
  }

  @Override
  public void execute(Runnable task) {
    loop.execute(() -> run(task));
  }

  @Override
  public Watch after(Duration delay, Runnable task) {
    var scheduled = loop.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  @Override
  public long nanos() {
    return loop.ticker().nanoTime();
  }

  @Override
  public boolean inside() {
    return loop.inEventLoop();
  }

  /** The root of the loop: one broken task must not take the others with it. */
  private static void run(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | AssertionError broken) {
      LOG.error("control plane task failed; the others go on", broken);
    }
  }
}
