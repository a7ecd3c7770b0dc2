package fairlead.activity;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A value that the control plane replaces as a whole and that any thread reads with one volatile
 * read: the only bridge from the control plane to the data path.
 */
public final class Published<T> {
  private final SerialExecutor control;
  private final List<Waiter> waiters = new ArrayList<>();

  /** Written by the control plane's executor, read by any thread. */
  private volatile @Nullable T value;

  public Published(SerialExecutor control) {
    this.control = control;
  }

  private record Waiter(Executor where, Runnable what) {}

  /** The last value, or null when there is none yet. Any thread. */
  public @Nullable T read() {
    return value;
  }

  /** Replaces the value and wakes who waits for the first one. Control plane only. */
  public void publish(T next) {
    value = next;
    for (var waiter : waiters) {
      waiter.where.execute(waiter.what);
    }
    waiters.clear();
  }

  /** Runs {@code what} on {@code where} once there is a value. Any thread. */
  public void whenKnown(Executor where, Runnable what) {
    control.execute(
        () -> {
          if (value != null) {
            where.execute(what);
          } else {
            waiters.add(new Waiter(where, what));
          }
        });
  }
}
