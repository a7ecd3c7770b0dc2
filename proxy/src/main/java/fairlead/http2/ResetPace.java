package fairlead.http2;

/**
 * How fast streams are given up that were just opened. A backend that is told of too many at once
 * takes it for an attack (CVE-2023-44487), and ends the connection that callers share who did
 * nothing. Event loop only; one a connection.
 */
final class ResetPace {
  /** Half of what {@link GlitchBudget} bears, of which others bear no less. */
  static final int BURST = 100;

  private static final long NANOS_EACH = 100_000_000;

  private int left = BURST;
  private long refilledNanos;
  private boolean begun;

  /** Whether one more is not too many. */
  boolean take(long nowNanos) {
    if (!begun) {
      begun = true;
      refilledNanos = nowNanos;
    }
    long refill = (nowNanos - refilledNanos) / NANOS_EACH;
    refilledNanos += refill * NANOS_EACH;
    left = (int) Math.min(BURST, left + refill);
    if (left == 0) {
      return false;
    }
    left--;
    return true;
  }
}
