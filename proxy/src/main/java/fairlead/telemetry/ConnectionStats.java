package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.ErrorCode;
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
  private final Counter writable;
  private final Counter unwritable;

  /** Null where HTTP/1 alone is spoken. */
  private final @Nullable Http2Stats http2;

  /**
   * Makes the counters at 0.
   *
   * @param http2 whether HTTP/2 is spoken
   */
  public ConnectionStats(Metrics scope, boolean http2) {
    this.scope = scope;
    this.http2 = http2 ? new Http2Stats(scope) : null;
    writable = scope.counter("socket_writable_ms");
    unwritable = scope.counter("socket_unwritable_ms");
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
  public void writable(long nanos, long notNanos) {
    writable.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    unwritable.add(TimeUnit.NANOSECONDS.toMillis(notNanos));
  }

  @Override
  public void readTimedOut() {
    scope.counter("read_timeout").increment();
  }

  @Override
  public void streams(int more) {
    if (http2 != null) {
      http2.streams(more);
    }
  }

  @Override
  public void data(boolean sent, int bytes) {
    if (http2 != null) {
      http2.data(sent, bytes);
    }
  }

  @Override
  public void trailers(boolean sent) {
    if (http2 != null) {
      http2.trailers(sent);
    }
  }

  @Override
  public void reset(boolean sent, ErrorCode code) {
    if (http2 != null) {
      http2.reset(sent, code);
    }
  }

  @Override
  public void close() {
    if (http2 != null) {
      http2.close();
    }
    gauge.close();
  }
}
