package fairlead.exchange;

import java.util.concurrent.TimeUnit;

/**
 * What a time-out makes of having been run late: its loop stood still, for a collection, a
 * throttled CPU or a stopped process, and what peers sent meanwhile waits to be read. Nobody is
 * blamed for our own pause (fault 34): they get as long as we were away, once. One a timer; event
 * loop only.
 */
public final class Lateness {
  /** A loop with much to do is no loop that stood still. */
  private static final long TOLERATED = TimeUnit.MILLISECONDS.toNanos(100);

  private static final long MOST = TimeUnit.SECONDS.toNanos(1);

  private boolean excused;

  /**
   * How many nanoseconds more to wait; 0 when it is time.
   *
   * @param lateNanos how long after it was due the timer was run
   */
  public long grace(long lateNanos) {
    if (excused || lateNanos < TOLERATED) {
      excused = false;
      return 0;
    }
    excused = true;
    return Math.min(lateNanos, MOST);
  }
}
