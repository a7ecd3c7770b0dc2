package fairlead.telemetry.trace;

import fairlead.exchange.Exchange;
import fairlead.http.TraceId;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Traces as one router reads, makes and tells them.
 *
 * @param label of the router
 * @param dtab of the router, for its spans
 */
public record RouterTracing(Propagation by, Tracing to, String label, String dtab) {
  /** The server's span begins: below the one that came along, or a root. Event loop only. */
  public void begin(Exchange exchange, RandomGenerator random) {
    var head = exchange.request();
    var incoming = by.read(head);
    long span = random.nextLong();
    long trace = incoming == null ? span : incoming.trace();
    long told = incoming == null ? 0 : incoming.flags();
    long flags = by.sampled(head, trace, told, incoming != null);
    int wanting = to.wanting(trace, flags);
    flags = to.decided(flags, wanting);
    var id =
        incoming == null ? new TraceId(span, span, span, 0, flags) : incoming.child(span, flags);
    exchange.trace(id);
    if (wanting != 0) {
      var _ = exchange.enter(new ServerSpan(this, wanting, id, startMicros(exchange)));
    }
  }

  private long startMicros(Exchange exchange) {
    long now = ChronoUnit.MICROS.between(java.time.Instant.EPOCH, to.clock().instant());
    return now - TimeUnit.NANOSECONDS.toMicros(exchange.nanoTime() - exchange.startNanos());
  }
}
