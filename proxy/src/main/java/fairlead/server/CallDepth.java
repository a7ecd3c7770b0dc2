package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.CallDepthExceeded;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;

/** {@code maxCallDepth}: counts the hops that {@code Via} tells of, in all of its lines. */
final class CallDepth implements Filter {
  private final int limit;

  CallDepth(int limit) {
    this.limit = limit;
  }

  @Override
  public Verdict request(Exchange exchange) {
    return hops(exchange.request()) > limit
        ? new Verdict.Refuse(new CallDepthExceeded(limit))
        : Verdict.PASS;
  }

  private static int hops(Head head) {
    int hops = 0;
    int i = head.find(HeaderNames.VIA);
    while (i >= 0) {
      hops += items(head, i);
      i = head.find(HeaderNames.VIA, i + 1);
    }
    return hops;
  }

  private static int items(Head head, int i) {
    int items = 1;
    int end = head.valueOffset(i) + head.valueLength(i);
    for (int at = head.valueOffset(i); at < end; at++) {
      if (head.array()[at] == ',') {
        items++;
      }
    }
    return items;
  }
}
