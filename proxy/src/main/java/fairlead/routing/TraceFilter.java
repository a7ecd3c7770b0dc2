package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.HeaderNames;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import java.util.random.RandomGenerator;

/**
 * A span for each attempt, told to the backend ({@code spec/http.md} §4.3, §13.1). One an event
 * loop.
 */
final class TraceFilter implements Filter {
  private final RandomGenerator random;

  TraceFilter(RandomGenerator random) {
    this.random = random;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var server = exchange.trace();
    long span = random.nextLong();
    var id = server == null ? new TraceId(span, span, span, 0, 0) : server.child(span);
    var head = exchange.request();
    head.set(HeaderNames.L5D_CTX_TRACE, TraceHeader.encode(id));
    head.set(HeaderNames.L5D_REQID, TraceHeader.requestId(id));
    return Verdict.PASS;
  }
}
