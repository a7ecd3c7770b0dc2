package fairlead.balance.concurrency;

import java.time.Duration;

/**
 * {@code adaptiveConcurrency} of a client. Immutable.
 *
 * @param minLimit requests at a time that every endpoint is always given
 * @param initialLimit of an endpoint of which nothing is known
 * @param tolerance times the baseline that a latency may have before it counts as a queue
 * @param window over which latencies are averaged for one step
 * @param baselineAge how old a baseline may get before a loaded endpoint is measured anew
 */
public record ConcurrencyConfig(
    int minLimit,
    int initialLimit,
    int maxLimit,
    double tolerance,
    Duration window,
    Duration baselineAge) {
  public static final ConcurrencyConfig DEFAULT =
      new ConcurrencyConfig(4, 20, 1000, 1.5, Duration.ofMillis(500), Duration.ofSeconds(60));
}
