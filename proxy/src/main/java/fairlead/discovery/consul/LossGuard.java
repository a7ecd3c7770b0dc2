package fairlead.discovery.consul;

import java.time.Duration;

/**
 * When to believe that a service which had endpoints has none ({@code spec/faults.md} F8). Owned by
 * one {@link ServiceState}.
 *
 * <p>An answer without any instance can be the end of a service, a wiped catalogue or a token that
 * no longer sees it. So the emptiness must last: it is believed once an answer that looks healthy
 * says the same a whole grace after the first. If there was a sign of trouble (no leader, the index
 * went back or is missing, results filtered by ACLs), two such answers are needed, a grace apart,
 * and each new sign starts that anew.
 */
final class EmptyGuard {
  private static final Duration LEAST_PAUSE = Duration.ofMillis(500);
  private static final int ASKED_PER_GRACE = 5;

  private final long graceNanos;
  private boolean holding;
  private boolean troubled;
  private int confirmations;
  private long sinceNanos;

  EmptyGuard(Duration grace) {
    this.graceNanos = grace.toNanos();
  }

  boolean holding() {
    return holding;
  }

  /** The service has endpoints again, or its end was believed. */
  void reset() {
    holding = false;
    troubled = false;
    confirmations = 0;
  }

  /** Takes note of an answer that leaves open whether instances exist. */
  void suspect(boolean trouble, long nowNanos) {
    if (!holding || trouble) {
      holding = true;
      troubled |= trouble;
      confirmations = 0;
      sinceNanos = nowNanos;
    }
  }

  /** Whether an answer without any instance is to be believed now. */
  boolean believes(boolean trouble, long nowNanos) {
    suspect(trouble, nowNanos);
    if (!trouble && nowNanos - sinceNanos >= graceNanos) {
      confirmations++;
      sinceNanos = nowNanos;
    }
    return confirmations >= (troubled ? 2 : 1);
  }

  /** How long until it is worth asking again. */
  Duration askAgainIn(long nowNanos) {
    long left = graceNanos - (nowNanos - sinceNanos);
    long pause = Math.max(LEAST_PAUSE.toNanos(), graceNanos / ASKED_PER_GRACE);
    return Duration.ofNanos(left > 0 ? Math.min(pause, left) : pause);
  }
}
