package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.ConnectionEvents;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of the connections of one scope, a listener's or a client's ({@code
 * spec/telemetry.md} §12.1, §12.3). Any thread.
 */
public final class ConnectionStats implements ConnectionEvents, Watch {
  private final Metrics scope;
  private final Counter connects;
  private final Counter closes;
  private final Counter receivedBytes;
  private final Counter sentBytes;
  private final Counter idle;
  private final Counter lifetime;
  private final Stat duration;
  private final Stat connectionReceived;
  private final Stat connectionSent;
  private final Stat connectionRequests;
  private final LoopAdder connections = new LoopAdder();
  private final Watch gauge;

  public ConnectionStats(Metrics scope) {
    this.scope = scope;
    connects = scope.counter("connects");
    closes = scope.counter("closes");
    receivedBytes = scope.counter("received_bytes");
    sentBytes = scope.counter("sent_bytes");
    idle = scope.counter("idle");
    lifetime = scope.counter("lifetime");
    duration = scope.stat("connection_duration");
    connectionReceived = scope.stat("connection_received_bytes");
    connectionSent = scope.stat("connection_sent_bytes");
    connectionRequests = scope.stat("connection_requests");
    gauge = scope.gauge("connections", connections::sum);
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
  public void closed(
      long nanos, long received, long sent, long requests, @Nullable Throwable cause) {
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

  /** A connection is closed for want of requests. */
  public void idleClose() {
    idle.increment();
  }

  /** A connection is closed for its age. */
  public void lifetimeClose() {
    lifetime.increment();
  }

  @Override
  public void close() {
    gauge.close();
  }
}
