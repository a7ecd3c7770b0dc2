package fairlead.server;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.server.ServerConfig.Tunnels;
import fairlead.telemetry.Metrics;

/**
 * Refuses the two methods that are for the proxy and not for a service ({@code spec/threats.md} 26)
 * unless allowed: an echo of headers that the caller may not see, and a tunnel. One that is allowed
 * leads to where its authority is bound to, like any name, never to the authority itself. The other
 * way to a tunnel, GET with an upgrade, is in {@link Upgrades}.
 */
final class ServedMethods implements Filter, Watch {
  private final boolean connect;
  private final GuardConfig guard;
  private final Upgrades upgrades;
  private final OpenTunnels tunnels;

  /**
   * Of one listener, for all its loops.
   *
   * @param guard says whose TRACE is served
   * @param scope of the listener
   */
  ServedMethods(Tunnels allowed, GuardConfig guard, Metrics scope) {
    this.guard = guard;
    connect = allowed.connect();
    upgrades = new Upgrades(allowed.upgrades());
    tunnels = new OpenTunnels(scope);
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var head = exchange.request();
    boolean tunnel = head.methodIs("CONNECT");
    if ((tunnel && !connect)
        || (head.methodIs("TRACE") && !guard.mayAsk(exchange.caller().peer()))) {
      return new Verdict.Refuse(new Failure.MethodNotServed(head.method()));
    }
    if (tunnel) {
      exchange.enter(tunnels);
      return name(head);
    }
    if (upgrades.offer(exchange)) {
      exchange.enter(tunnels);
    }
    return Verdict.PASS;
  }

  /** Its authority counts, as that of any absolute target does (RFC 9112 §3.2.2). */
  private static Verdict name(Head head) {
    if (head.isChunked() || head.contentLength() > 0) {
      return new Verdict.Refuse(new Failure.BadBody("CONNECT has no body"));
    }
    head.set(HeaderNames.HOST, head.target());
    return Verdict.PASS;
  }

  @Override
  public void close() {
    tunnels.close();
  }
}
