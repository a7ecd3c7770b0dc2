package fairlead.activity;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A value that the control plane replaces as a whole and that any thread reads with one volatile
 * read: the only bridge from the control plane to the data path.
 */
public final class Published<T> {
  private final SerialExecutor control;
  private final Set<Waiter> waiters = new LinkedHashSet<>();

  /** Written by the control plane's executor, read by any thread. */
  private volatile @Nullable T value;

  public Published(SerialExecutor control) {
    this.control = control;
  }

  /** One that waits; each is itself alone, whatever it runs. */
  private static final class Waiter {
    private final Executor where;
    private final Runnable what;

    Waiter(Executor where, Runnable what) {
      this.where = where;
      this.what = what;
    }

    void wake() {
      where.execute(what);
    }
  }

  /** The last value, or null when there is none yet. Any thread. */
  public @Nullable T read() {
    return value;
  }

  /** Replaces the value and wakes who waits for the first one. Control plane only. */
  public void publish(T next) {
    value = next;
    waiters.forEach(Waiter::wake);
    waiters.clear();
  }

  /**
   * Runs {@code what} on {@code where} once there is a value. Who stops waiting closes the watch,
   * so that nothing is kept of it. Any thread.
   */
  public Watch whenKnown(Executor where, Runnable what) {
    var waiter = new Waiter(where, what);
    control.execute(
        () -> {
          if (value != null) {
            waiter.wake();
          } else {
            waiters.add(waiter);
          }
        });
    return () -> control.execute(() -> waiters.remove(waiter));
  }

  /** How many wait for the first value. Control plane only. */
  int waiting() {
    return waiters.size();
  }
}
