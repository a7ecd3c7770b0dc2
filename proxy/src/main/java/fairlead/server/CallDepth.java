package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.CallDepthExceeded;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Via;

/** {@code maxCallDepth}: counts the hops that {@code Via} tells of, in all of its lines. */
final class CallDepth implements Filter {
  private final int limit;

  CallDepth(int limit) {
    this.limit = limit;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    return Via.hops(exchange.request()) > limit
        ? new Verdict.Refuse(new CallDepthExceeded(limit))
        : Verdict.PASS;
  }
}
