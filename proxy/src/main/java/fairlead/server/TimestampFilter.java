package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;

/** {@code timestampHeader}: adds when the request came, in milliseconds since the epoch. */
final class TimestampFilter implements Filter {
  private final String header;

  TimestampFilter(String header) {
    this.header = header;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    exchange.request().add(header, Long.toString(System.currentTimeMillis()));
    return Verdict.PASS;
  }
}
