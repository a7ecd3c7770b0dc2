package fairlead.client;

import fairlead.activity.Watch;
import fairlead.http1.ConnectionEvents;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** What is counted of one client's connections and pools ({@code spec/telemetry.md} §12.3). Any thread. */
public final class ConnectionStats implements ConnectionEvents, Watch {
  private final Metrics scope;
  private final Counter connects;
  private final Counter closes;
  private final Counter receivedBytes;
  private final Counter sentBytes;
  private final Counter cancelledConnects;
  private final Counter idleCloses;
  private final Counter lifetimeCloses;
  private final Counter waited;
  private final Counter tooManyWaiters;
  private final Stat connectLatency;
  private final Stat failedConnectLatency;
  private final Stat acquisitionLatency;
  private final Stat duration;
  private final Stat connectionReceived;
  private final Stat connectionSent;
  private final Stat connectionRequests;
  private final LongAdder connections = new LongAdder();
  final LongAdder poolSize = new LongAdder();
  final LongAdder poolCached = new LongAdder();
  final LongAdder poolWaiters = new LongAdder();
  private final List<Watch> gauges = new ArrayList<>();

  /**
   * @param scope that of the client
   */
  public ConnectionStats(Metrics scope) {
    this.scope = scope;
    connects = scope.counter("connects");
    closes = scope.counter("closes");
    receivedBytes = scope.counter("received_bytes");
    sentBytes = scope.counter("sent_bytes");
    cancelledConnects = scope.counter("cancelled_connects");
    idleCloses = scope.counter("idle");
    lifetimeCloses = scope.counter("lifetime");
    waited = scope.counter("pool_num_waited");
    tooManyWaiters = scope.counter("pool_num_too_many_waiters");
    connectLatency = scope.stat("connect_latency_ms");
    failedConnectLatency = scope.stat("failed_connect_latency_ms");
    acquisitionLatency = scope.scope("service_creation").stat("service_acquisition_latency_ms");
    duration = scope.stat("connection_duration");
    connectionReceived = scope.stat("connection_received_bytes");
    connectionSent = scope.stat("connection_sent_bytes");
    connectionRequests = scope.stat("connection_requests");
    gauges.add(scope.gauge("connections", connections::sum));
    gauges.add(scope.gauge("pool_size", poolSize::sum));
    gauges.add(scope.gauge("pool_cached", poolCached::sum));
    gauges.add(scope.gauge("pool_waiters", poolWaiters::sum));
  }

  @Override
  public void opened() {
    connects.increment();
    connections.increment();
  }

  @Override
  public void bytes(long received, long sent) {
    receivedBytes.add(received);
    sentBytes.add(sent);
  }

  @Override
  public void closed(long nanos, long received, long sent, long requests, @Nullable Throwable cause) {
    closes.increment();
    connections.decrement();
    duration.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    connectionReceived.add(received);
    connectionSent.add(sent);
    connectionRequests.add(requests);
    if (cause != null) {
      scope.scope("exn").counter(cause.getClass().getName()).increment();
    }
  }

  void connected(long nanos) {
    connectLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void unconnected(long nanos) {
    failedConnectLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void acquired(long nanos) {
    acquisitionLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void connectCancelled() {
    cancelledConnects.increment();
  }

  void idleClose() {
    idleCloses.increment();
  }

  void lifetimeClose() {
    lifetimeCloses.increment();
  }

  void waiting() {
    waited.increment();
  }

  void crowded() {
    tooManyWaiters.increment();
  }

  @Override
  public void close() {
    gauges.forEach(Watch::close);
  }
}
