package fairlead.activity;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Runs tasks one after another: what is only touched from inside needs no lock. The control plane
 * has one; discovery, dtabs and balancer sets change inside it and nowhere else.
 */
public interface SerialExecutor extends Executor {
  /** Runs {@code task} later, in order. Any thread. */
  @Override
  void execute(Runnable task);

  /**
   * Runs {@code task} once {@code delay} has passed, unless the watch is closed before. Any thread.
   */
  Watch after(Duration delay, Runnable task);

  /** Monotonic time in nanoseconds; differences only. Any thread. */
  long nanos();

  /** Whether the calling thread is running one of this executor's tasks. */
  boolean inside();
}
