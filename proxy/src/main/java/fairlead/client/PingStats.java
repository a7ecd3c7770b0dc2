package fairlead.client;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;

/** What is counted of the PINGs of one client ({@code spec/telemetry.md} §12.4). Any thread. */
public final class PingStats {
  private final Counter pings;
  private final Counter closes;
  private final Stat latency;

  /**
   * Makes the counters at 0.
   *
   * @param scope that of the client
   */
  public PingStats(Metrics scope) {
    var detector = scope.scope("failure_detector");
    pings = detector.counter("ping");
    closes = detector.counter("close");
    latency = detector.stat("ping_latency_us");
  }

  void answered(long nanos) {
    pings.increment();
    latency.add(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  void silent() {
    pings.increment();
    closes.increment();
  }
}
