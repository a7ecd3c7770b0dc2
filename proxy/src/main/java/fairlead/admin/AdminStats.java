package fairlead.admin;

import fairlead.telemetry.Metrics;
import java.util.concurrent.atomic.AtomicInteger;

/** The admin server's own metrics ({@code spec/telemetry.md} §12.8). */
final class AdminStats {
  private final Metrics.Counter requests;
  private final Metrics.Counter success;
  private final Metrics.Counter failures;
  private final Metrics.Counter connects;
  private final Metrics.Counter closes;
  private final Metrics.Stat latencyMillis;
  private final AtomicInteger connections = new AtomicInteger();

  AdminStats(Metrics scope) {
    requests = scope.counter("requests");
    success = scope.counter("success");
    failures = scope.counter("failures");
    connects = scope.counter("connects");
    closes = scope.counter("closes");
    latencyMillis = scope.stat("request_latency_ms");
    scope.gauge("connections", connections::get);
  }

  void connected() {
    connects.increment();
    connections.incrementAndGet();
  }

  void disconnected() {
    closes.increment();
    connections.decrementAndGet();
  }

  void answered(int status, long millis) {
    requests.increment();
    latencyMillis.add(millis);
    (status < 500 ? success : failures).increment();
  }
}
