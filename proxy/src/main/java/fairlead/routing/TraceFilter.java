package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import fairlead.telemetry.trace.Propagation;
import java.util.random.RandomGenerator;

/**
 * A span for each attempt, told to the backend ({@code spec/http.md} §4.3, §13.1). One an event
 * loop.
 */
final class TraceFilter implements Filter {
  private final Propagation propagation;
  private final RandomGenerator random;

  /** Where a value is written before it is copied to the head. */
  private final byte[] value = new byte[TraceHeader.MOST_BYTES];

  TraceFilter(Propagation propagation, RandomGenerator random) {
    this.propagation = propagation;
    this.random = random;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    var server = exchange.trace();
    long span = random.nextLong();
    if (server == null) {
      propagation.write(head, span, span, new TraceId(span, span, span, 0, 0), value);
    } else {
      propagation.write(head, span, server.span(), server, value);
      follow(exchange, span);
    }
    return Verdict.PASS;
  }

  /** Where the request is traced, the attempt is too. */
  private static void follow(Exchange exchange, long span) {
    var notes = exchange.notes();
    var spans = notes == null ? null : notes.spans();
    if (spans != null) {
      var _ = exchange.enter(spans.attempt(span)); // below: sees what comes of the attempt
    }
  }
}
