package fairlead.tls;

import fairlead.activity.Watch;
import fairlead.telemetry.LoopAdder;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;

/** What is counted of handshakes ({@code spec/telemetry.md} §12.1). Any thread. */
public final class HandshakeStats implements Watch {
  private final Metrics scope;
  private final Stat latency;
  private final Stat failedLatency;
  private final LoopAdder connections = new LoopAdder();
  private final Watch gauge;

  /**
   * Makes the counters at 0.
   *
   * @param scope that of the listener or the client
   */
  public HandshakeStats(Metrics scope) {
    this.scope = scope.scope("tls");
    this.latency = scope.stat("handshake_latency_ms");
    this.failedLatency = scope.stat("failed_handshake_latency_ms");
    this.gauge = this.scope.gauge("connections", connections::sum);
  }

  void succeeded(long nanos) {
    latency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    connections.increment();
  }

  void failed(long nanos, HandshakeFault why) {
    failedLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    fault(why);
  }

  private void fault(HandshakeFault why) {
    Counter counter = scope.scope("handshake_failures").counter(why.word());
    counter.increment();
  }

  void closed() {
    connections.decrement();
  }

  @Override
  public void close() {
    gauge.close();
  }
}
