package fairlead.routing;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;

/**
 * What is counted of sending the same request again within one client ({@code spec/telemetry.md}
 * §12.3). Any event loop.
 */
final class RequeueStats {
  private final Counter requeues;
  private final Counter requestLimit;
  private final Stat perRequest;

  /**
   * Makes the counters at 0.
   *
   * @param scope {@code retries} of the client
   */
  RequeueStats(Metrics scope) {
    requeues = scope.counter("requeues");
    requestLimit = scope.counter("request_limit");
    perRequest = scope.stat("requeues_per_request");
  }

  void requeued() {
    requeues.increment();
  }

  /** One request was sent as often as is allowed. */
  void exhausted() {
    requestLimit.increment();
  }

  /** One request is over that took so many tries, at least 1. */
  void over(int tries) {
    perRequest.add(tries - 1);
  }
}
