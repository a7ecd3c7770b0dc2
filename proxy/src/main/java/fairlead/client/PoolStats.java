package fairlead.client;

import fairlead.activity.Watch;
import fairlead.telemetry.ConnectionStats;
import fairlead.telemetry.LoopAdder;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is counted of one client's pools ({@code spec/telemetry.md} §12.3). Any thread. */
public final class PoolStats implements Watch {
  final ConnectionStats connections;
  final LoopAdder size = new LoopAdder();
  final LoopAdder cached = new LoopAdder();
  final LoopAdder waiters = new LoopAdder();
  private final Metrics scope;
  private final Counter waited;
  private final Counter tooManyWaiters;
  private final Counter starved;
  private final Stat connectLatency;
  private final Stat failedConnectLatency;
  private final Stat acquisitionLatency;
  private final List<Watch> gauges;

  /**
   * Makes the counters at 0.
   *
   * @param scope that of the client
   * @param http2 whether its connections speak HTTP/2
   */
  public PoolStats(Metrics scope, boolean http2) {
    this.scope = scope;
    connections = new ConnectionStats(scope, http2);
    waited = scope.counter("pool_num_waited");
    tooManyWaiters = scope.counter("pool_num_too_many_waiters");
    starved = scope.counter("connects_without_port_or_descriptor");
    connectLatency = scope.stat("connect_latency_ms");
    failedConnectLatency = scope.stat("failed_connect_latency_ms");
    acquisitionLatency = scope.scope("service_creation").stat("service_acquisition_latency_ms");
    gauges =
        List.of(
            scope.gauge("pool_size", size::sum),
            scope.gauge("pool_cached", cached::sum),
            scope.gauge("pool_waiters", waiters::sum));
  }

  void connected(long nanos) {
    connectLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void unconnected(long nanos) {
    failedConnectLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  /** An endpoint proved which service it is; counted only where that is asked for. */
  void proven() {
    scope.scope("verify").counter("proven").increment();
  }

  void unproven(Throwable why) {
    boolean wrong = why instanceof WrongServiceException;
    scope.scope("verify").counter(wrong ? "wrong_service" : "unanswered").increment();
  }

  void acquired(long nanos) {
    acquisitionLatency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void waiting() {
    waited.increment();
  }

  void crowded() {
    tooManyWaiters.increment();
  }

  /** Tells {@code waiter} that {@code address} cannot be connected to, and whose fault it is. */
  void tell(Waiter waiter, Throwable cause, InetSocketAddress address) {
    // What a foreign service said could look like anything.
    if (!(cause instanceof WrongServiceException) && OwnLimits.isReached(cause, address)) {
      starved.increment();
      waiter.starved(cause);
    } else {
      waiter.unconnected(cause);
    }
  }

  @Override
  public void close() {
    connections.close();
    gauges.forEach(Watch::close);
  }
}
