package fairlead.balance;

import java.time.Duration;

/**
 * New and revived endpoints get a share of their turns that grows evenly from {@code floor} to all
 * of them. Not of Linkerd. Immutable.
 *
 * @param window how long that takes; zero for no slow start
 * @param floor above 0 and at most 1
 */
public record SlowStart(Duration window, double floor) {
  /** Everybody gets all turns at once, as in Linkerd. */
  public static final SlowStart OFF = new SlowStart(Duration.ZERO, 0.1);

  /** The share of an endpoint that began {@code age} nanoseconds ago. */
  public double share(long age) {
    long nanos = window.toNanos();
    return age >= nanos ? 1 : Math.max(floor, (double) Math.max(0, age) / nanos);
  }

  public boolean isOff() {
    return window.isZero();
  }
}
