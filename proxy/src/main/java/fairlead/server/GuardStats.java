package fairlead.server;

import fairlead.http1.Slowness;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;

/** What a listener turned away, beside its other counters. Any thread. */
final class GuardStats {
  private final Counter heads;
  private final Counter bodies;
  private final Counter reads;
  private final Counter writes;

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
}
