package fairlead.routing;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;

/**
 * What is counted of sending the same request again within one client ({@code spec/telemetry.md}
 * §12.3). Any event loop.
 *
 * @param requestLimit one request was sent as often as is allowed
 * @param budgetExhausted it could not be paid for
 * @param cannotRetry no endpoint is open to whom it could be sent
 * @param notOpen the same, after a connection that could not be made
 * @param perRequest one sample a request, of none too
 */
record RequeueStats(
    Counter requeues,
    Counter requestLimit,
    Counter budgetExhausted,
    Counter cannotRetry,
    Counter notOpen,
    Stat perRequest) {
  /**
   * Makes the counters at 0.
   *
   * @param scope {@code retries} of the client
   */
  RequeueStats(Metrics scope) {
    this(
        scope.counter("requeues"),
        scope.counter("request_limit"),
        scope.counter("budget_exhausted"),
        scope.counter("cannot_retry"),
        scope.counter("not_open"),
        scope.stat("requeues_per_request"));
  }
}
