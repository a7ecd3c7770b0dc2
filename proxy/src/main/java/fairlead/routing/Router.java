package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.BadName;
import fairlead.exchange.Failure.Unidentifiable;
import fairlead.naming.Dtab;
import fairlead.routing.identify.Identification;
import fairlead.routing.identify.Identifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * The heart: names a request, finds its route, dispatches it. One an event loop, and used on that
 * loop only.
 */
final class Router {
  private final Identifier identifier;
  private final Bindings bindings;
  private final Loop loop;
  private final FailureTexts texts;
  private final Map<RouteKey, LoopRoute> routes = new HashMap<>();
  private final HostRoutes byHost = new HostRoutes();

  Router(Identifier identifier, Bindings bindings, Loop loop, FailureTexts texts) {
    this.identifier = identifier;
    this.bindings = bindings;
    this.loop = loop;
    this.texts = texts;
  }

  /** Routes {@code exchange}, whose request came with the dtab {@code local}. */
  void begin(Exchange exchange, Dtab local) {
    assert loop.executor().inEventLoop();
    var head = exchange.request();
    int field = local.isEmpty() ? identifier.keyField(head) : -1;
    if (field >= 0) {
      var known = byHost.get(head.array(), head.valueOffset(field), head.valueLength(field));
      if (known != null) {
        dispatch(exchange, known);
        return;
      }
    }
    switch (identifier.identify(head)) {
      case Identification.Identified(var name) -> route(exchange, new RouteKey(name, local), field);
      case Identification.Unidentified(var reason) -> exchange.fail(new Unidentifiable(reason));
      case Identification.Invalid(var reason) -> exchange.fail(new BadName(reason));
    }
  }

  /** These are no more. */
  void forget(List<Route> gone) {
    var known = new HashSet<LoopRoute>();
    for (var route : gone) {
      if (routes.remove(route.key(), route.on(loop))) {
        known.add(route.on(loop));
      }
    }
    if (!known.isEmpty()) {
      byHost.removeAll(known);
    }
  }

  private void route(Exchange exchange, RouteKey key, int field) {
    var known = routes.get(key);
    if (known == null) {
      bindings.lookUp(key, loop, route -> arrived(exchange, route));
      return;
    }
    if (field >= 0) {
      var head = exchange.request();
      byHost.put(head.array(), head.valueOffset(field), head.valueLength(field), known);
    }
    dispatch(exchange, known);
  }

  private void arrived(Exchange exchange, Route route) {
    if (!route.isClosed() && !route.isOneShot()) {
      routes.put(route.key(), route.on(loop));
    }
    if (!exchange.isEnded()) {
      dispatch(exchange, route.on(loop));
    }
    route.arrived();
  }

  private void dispatch(Exchange exchange, LoopRoute part) {
    exchange.answerFailuresHere();
    if (exchange.enter(part)
        && exchange.enter(part.route().stack())
        && exchange.enter(part.stack())) {
      new Call(exchange, part.route(), loop, texts).begin();
    }
  }
}
