package fairlead.http2;

import fairlead.wire.Glitch;

/**
 * What a peer may do of what costs us more than it: points that come back with time and with honest
 * traffic, and that each {@link Glitch} takes ({@code spec/threats.md} 31–36). Event loop only; one
 * a connection.
 */
final class GlitchBudget {
  /** A burst of 200 resets, or of 1,000 frames that say nothing. */
  static final int MOST = 1000;

  private static final long NANOS_A_POINT = 10_000_000;

  private int points = MOST;
  private long refilledNanos;

  GlitchBudget(long nowNanos) {
    refilledNanos = nowNanos;
  }

  /** Takes what {@code glitch} costs; false when that is more than is left. */
  boolean take(Glitch glitch, long nowNanos) {
    long refill = (nowNanos - refilledNanos) / NANOS_A_POINT;
    if (refill > 0) {
      refilledNanos += refill * NANOS_A_POINT;
      points = (int) Math.min(MOST, points + refill);
    }
    points -= cost(glitch);
    return points >= 0;
  }

  /** A stream came to its end, or data went out: nobody floods us with that. */
  void earn(int more) {
    points = Math.min(MOST, points + more);
  }

  private static int cost(Glitch glitch) {
    return switch (glitch) {
      case RESET, FAULT, REFUSED -> 5;
      case CONTINUATION, HEADERS -> 2;
      case EMPTY_DATA, PING, SETTINGS, WINDOW_UPDATE, IGNORED -> 1;
    };
  }
}
