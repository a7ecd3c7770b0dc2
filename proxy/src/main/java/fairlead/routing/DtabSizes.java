package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.telemetry.Metrics;

/**
 * The {@code dtab/size} of a client ({@code spec/telemetry.md} §12.3) around what it counts of a
 * service, on a route whose requests bring rules of their own.
 *
 * @param size how many rules
 */
record DtabSizes(Filter inner, Metrics.Stat sizes, int size) implements Filter {
  @Override
  public Verdict request(Exchange exchange) {
    sizes.add(size);
    return inner.request(exchange);
  }

  @Override
  public boolean looksBack() {
    return inner.looksBack();
  }

  @Override
  public void interim(Head head) {
    inner.interim(head);
  }

  @Override
  public void response(Exchange exchange) {
    inner.response(exchange);
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    inner.end(exchange, outcome);
  }
}
