package fairlead.balance.accrual;

import java.time.Duration;

/** What takes an endpoint out, and for how long ({@code spec/client.md} §7). Immutable. */
public sealed interface AccrualConfig {
  /** Five failures in a row. */
  AccrualConfig DEFAULT = new ConsecutiveFailures(5, Backoff.DEFAULT);

  /** Nothing does. */
  record Never() implements AccrualConfig {}

  /** {@code failures} in a row. */
  record ConsecutiveFailures(int failures, Backoff backoff) implements AccrualConfig {}

  /** A moving success rate below {@code successRate}, after at least so many requests. */
  record SuccessRate(double successRate, int requests, Backoff backoff) implements AccrualConfig {}

  /** The same over time, after a whole {@code window}. */
  record SuccessRateWindowed(double successRate, Duration window, Backoff backoff)
      implements AccrualConfig {}
}
