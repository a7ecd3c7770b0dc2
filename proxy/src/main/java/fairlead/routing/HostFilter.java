package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;

/**
 * For endpoints that want a Host of their own: theirs on the way out, the caller's in {@code
 * Location} and {@code Refresh} on the way back ({@code spec/http.md} §9).
 */
final class HostFilter implements Filter {
  private final String authority;

  HostFilter(String authority) {
    this.authority = authority;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    String host = head.first(HeaderNames.HOST);
    if (host != null && exchange.callerHost() == null) {
      exchange.callerHost(host);
    }
    head.set(HeaderNames.HOST, authority);
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    String host = exchange.callerHost();
    if (head != null && host != null) {
      rewrite(head, HeaderNames.LOCATION, host);
      rewrite(head, HeaderNames.REFRESH, host);
    }
  }

  private void rewrite(Head head, int name, String host) {
    String value = head.first(name);
    if (value != null && value.contains(authority)) {
      head.set(name, value.replace(authority, host));
    }
  }
}
