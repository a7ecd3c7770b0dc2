package fairlead.balance.accrual;

import java.util.random.RandomGenerator;

/**
 * When one endpoint has failed enough. {@link #success} may be called by any thread; the rest by
 * one at a time.
 */
interface FailurePolicy {
  void success(long now);

  /** Counts a failure; whether it was one too many. */
  boolean failure(long now);

  /** The endpoint is alive again: everything begins anew. */
  void revived(long now);

  /** What {@link #failure} found, in words. */
  String reason();

  /** The policy of an endpoint that begins now. */
  static FailurePolicy of(AccrualConfig config, long now) {
    return switch (config) {
      case AccrualConfig.Never _ -> new Consecutive(Integer.MAX_VALUE);
      case AccrualConfig.ConsecutiveFailures(int failures, var _) -> new Consecutive(failures);
      case AccrualConfig.SuccessRate(double rate, int requests, var _) ->
          new RateOverRequests(rate, requests);
      case AccrualConfig.SuccessRateWindowed(double rate, var window, var _) ->
          new RateOverTime(rate, window, now);
    };
  }

  /** The delays of what {@code config} takes out. */
  static Backoff.Delays delays(AccrualConfig config, RandomGenerator random) {
    Backoff backoff =
        switch (config) {
          case AccrualConfig.Never _ -> Backoff.DEFAULT;
          case AccrualConfig.ConsecutiveFailures(var _, var given) -> given;
          case AccrualConfig.SuccessRate(var _, var _, var given) -> given;
          case AccrualConfig.SuccessRateWindowed(var _, var _, var given) -> given;
        };
    return Backoff.begin(backoff, random);
  }
}
