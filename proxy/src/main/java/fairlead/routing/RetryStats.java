package fairlead.routing;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;

/**
 * What is counted of the retries of one service ({@code spec/telemetry.md} §12.2). Any event loop.
 *
 * @param total retries that were issued
 * @param budgetExhausted one was wanted and could not be paid for
 * @param requestTooLong one was wanted, and too much of the request's body was gone
 * @param responseTooLong an answer was passed on before its end, as it was too long to be held
 * @param classificationTimeout the same, as its end did not come in time
 * @param backoffsExhausted never: neither back-off ends
 * @param perRequest one sample a request, of none too
 */
record RetryStats(
    Counter total,
    Counter budgetExhausted,
    Counter requestTooLong,
    Counter responseTooLong,
    Counter classificationTimeout,
    Counter backoffsExhausted,
    Stat perRequest) {
  /**
   * Makes the counters at 0.
   *
   * @param scope {@code retries} of the service
   */
  RetryStats(Metrics scope) {
    this(
        scope.counter("total"),
        scope.counter("budget_exhausted"),
        scope.counter("request_stream_too_long"),
        scope.counter("response_stream_too_long"),
        scope.counter("classification_timeout"),
        scope.counter("backoffs_exhausted"),
        scope.stat("per_request"));
  }
}
