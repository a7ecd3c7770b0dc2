package fairlead.retry;

import java.time.Duration;

/**
 * How many requests may be sent again ({@code spec/http.md} §10.1, {@code spec/config.md} §9.5).
 * Immutable.
 *
 * @param ttl how long a deposit counts, in whole seconds, 1 to 60
 * @param minRetriesPerSec retries a second that need no deposits
 * @param percentCanRetry share of the requests that may be sent again: 0.2 is a fifth; up to 1000
 */
public record BudgetConfig(Duration ttl, int minRetriesPerSec, double percentCanRetry) {
  public static final BudgetConfig DEFAULT = new BudgetConfig(Duration.ofSeconds(10), 10, 0.2);

  /** What one request pays in. */
  private static final int DEPOSIT = 1000;

  public BudgetConfig {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(Duration.ofMinutes(1)) > 0) {
      throw new IllegalArgumentException("ttl: " + ttl + " (expected: 1 to 60 s)");
    }
    if (minRetriesPerSec < 0) {
      throw new IllegalArgumentException(
          "minRetriesPerSec: " + minRetriesPerSec + " (expected: >= 0)");
    }
    if (!(percentCanRetry >= 0 && percentCanRetry <= 1000)) {
      throw new IllegalArgumentException(
          "percentCanRetry: " + percentCanRetry + " (expected: 0 to 1000)");
    }
  }

  /** Units that a request pays in. */
  long deposit() {
    return percentCanRetry > 0 ? DEPOSIT : 0;
  }

  /** Units that a retry costs; at most an int's worth, as in Finagle. */
  long cost() {
    return percentCanRetry > 0 ? (int) (DEPOSIT / percentCanRetry) : 1;
  }

  /** Units that are always there, until retries take them out for a while. */
  long reserve() {
    // Up to 2^31 * 60 * 2^31 do not fit: more than anybody spends is enough.
    double units = (double) minRetriesPerSec * ttl.toSeconds() * cost();
    return (long) Math.min(units, Long.MAX_VALUE / 2.0);
  }
}
