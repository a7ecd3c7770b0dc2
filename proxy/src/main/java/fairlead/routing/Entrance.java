package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.http1.ServerCodec;
import fairlead.http1.Targets;
import fairlead.naming.Dtab;
import fairlead.naming.NameSyntaxException;
import fairlead.server.ServerStack;

/**
 * Between one listener and the router, on one event loop: context, then the listener's own filters
 * ({@code spec/http.md} §1.1). Event loop only.
 */
final class Entrance implements ServerCodec.Service {
  private final boolean clearContext;
  private final ServerStack stack;
  private final Router router;

  Entrance(boolean clearContext, ServerStack stack, Router router) {
    this.clearContext = clearContext;
    this.stack = stack;
    this.router = router;
  }

  @Override
  public void begin(Exchange exchange) {
    Dtab local = Dtab.EMPTY;
    if (!clearContext) {
      try {
        local = ContextHeaders.takeDtab(exchange.request());
      } catch (NameSyntaxException e) {
        exchange.fail(new Failure.BadDtab(String.valueOf(e.getMessage())));
        return;
      }
      var deadline = ContextHeaders.takeDeadline(exchange.request());
      if (deadline != null) {
        exchange.deadline(deadline);
      }
    }
    if (exchange.enter(stack.outer())) {
      exchange.answerFailuresHere();
      if (exchange.enter(stack.inner())) {
        Targets.toOriginForm(exchange.request()); // below "forwarded", which tells the scheme
        router.begin(exchange, local);
      }
    }
  }
}
