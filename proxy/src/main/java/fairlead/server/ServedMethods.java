package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;

/**
 * Refuses the two methods that are for the proxy and not for a service ({@code spec/threats.md}
 * 26): a tunnel to wherever the caller says, and an echo of headers that the caller may not see.
 */
final class ServedMethods implements Filter {
  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    return head.methodIs("CONNECT") || head.methodIs("TRACE")
        ? new Verdict.Refuse(new Failure.MethodNotServed(head.method()))
        : Verdict.PASS;
  }
}
