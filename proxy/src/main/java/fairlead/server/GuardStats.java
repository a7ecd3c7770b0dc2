package fairlead.server;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.wire.Slowness;

/** What a listener turned away, beside its other counters. Any thread. */
final class GuardStats {
  private final Counter heads;
  private final Counter bodies;
  private final Counter reads;
  private final Counter writes;
  private final Counter refused;
  private final Counter acceptFailures;
  private final Counter badProxyHeaders;

  /**
   * Makes the counters at 0.
   *
   * @param scope {@code rt/<label>/server/<ip>/<port>}
   */
  GuardStats(Metrics scope) {
    heads = scope.counter("head_timeout");
    bodies = scope.counter("body_timeout");
    reads = scope.counter("read_timeout");
    writes = scope.counter("write_timeout");
    refused = scope.counter("connections_refused");
    acceptFailures = scope.counter("accept_failures");
    badProxyHeaders = scope.counter("bad_proxy_headers");
  }

  void tooSlow(Slowness what) {
    var counter =
        switch (what) {
          case HEAD -> heads;
          case BODY -> bodies;
          case READ -> reads;
          case WRITE -> writes;
        };
    counter.increment();
  }

  /** A connection too many. */
  void refused() {
    refused.increment();
  }

  /** A connection that could not be had from the system. */
  void acceptFailed() {
    acceptFailures.increment();
  }

  /** A trusted peer did not begin with a PROXY protocol header. */
  void badProxyHeader() {
    badProxyHeaders.increment();
  }
}
