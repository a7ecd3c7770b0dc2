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

  /** Where a value is written before it is copied to the head. */
  private final byte[] value = new byte[TraceHeader.MOST_BYTES];

  TraceFilter(RandomGenerator random) {
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
    var tree = server == null ? new TraceId(span, span, span, 0, 0) : server;
    int length =
        server == null
            ? TraceHeader.encode(tree, value)
            : TraceHeader.encodeChild(span, server, value);
    head.set(HeaderNames.L5D_CTX_TRACE, value, length);
    TraceHeader.requestId(tree, value);
    head.set(HeaderNames.L5D_REQID, value, TraceHeader.ID_BYTES);
    return Verdict.PASS;
  }
}
