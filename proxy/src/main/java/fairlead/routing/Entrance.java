package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Service;
import fairlead.http.Deadline;
import fairlead.http.EpochTime;
import fairlead.http1.Targets;
import fairlead.naming.Dtab;
import fairlead.naming.NameSyntaxException;
import fairlead.routing.explain.Asked;
import fairlead.routing.explain.Inquiries;
import fairlead.server.ServerStack;
import fairlead.telemetry.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * Between one listener and the router, on one event loop: context, then the listener's own filters
 * ({@code spec/http.md} §1.1). Event loop only.
 */
final class Entrance implements Service {
  private final boolean clearContext;
  private final @Nullable RequestAddresses forbidden;
  private final Inquiries inquiries;
  private final ServerStack stack;
  private final Router router;
  private final Metrics.Stat dtabs;

  /**
   * For one listener and loop.
   *
   * @param forbidden to the dtabs of requests; null when they may name what they like
   * @param dtabs the sizes of those that there are
   */
  Entrance(
      boolean clearContext,
      @Nullable RequestAddresses forbidden,
      Inquiries inquiries,
      ServerStack stack,
      Router router,
      Metrics.Stat dtabs) {
    this.clearContext = clearContext;
    this.forbidden = forbidden;
    this.inquiries = inquiries;
    this.stack = stack;
    this.router = router;
    this.dtabs = dtabs;
  }

  @Override
  public void begin(Exchange exchange) {
    Dtab local = Dtab.EMPTY;
    var head = exchange.request();
    if (!clearContext) {
      try {
        local = ContextHeaders.takeDtab(exchange.request());
      } catch (NameSyntaxException e) {
        exchange.fail(new Failure.BadDtab(String.valueOf(e.getMessage())));
        return;
      }
      var address = local.isEmpty() || forbidden == null ? null : forbidden.in(local);
      if (address != null) {
        exchange.fail(
            new Failure.BadDtab(
                "l5d-dtab: "
                    + address.show()
                    + " names an address of the caller's choice, which this listener does not allow"
                    + " (allowAddressesInDtab)"));
        return;
      }
      if (!local.isEmpty()) {
        dtabs.add(local.dentries().size());
      }
      var deadline = ContextHeaders.takeDeadline(head);
      if (deadline != null) {
        exchange.deadline(deadline.arrivedAt(EpochTime.nanos()));
      }
      exchange.callerRetries(ContextHeaders.takeCallerRetries(head));
    }
    var timeout = ContextHeaders.grpcTimeout(head);
    if (timeout != null) {
      exchange.deadline(Deadline.in(timeout, EpochTime.nanos()).within(exchange.deadline()));
    }
    var asked = inquiries.take(exchange);
    if (exchange.enter(stack.outer()) && (asked == null || exchange.enter(asked))) {
      exchange.answerFailuresHere();
      if (exchange.enter(stack.inner())) {
        Targets.toOriginForm(exchange.request()); // below "forwarded", which tells the scheme
        begin(exchange, local, asked);
      }
    }
  }

  /** Who asked is told of the name before it is routed, as the answer tells it. */
  private void begin(Exchange exchange, Dtab local, @Nullable Asked asked) {
    if (asked == null) {
      router.begin(exchange, local);
    } else {
      asked.prepare(exchange, local, () -> router.begin(exchange, local));
    }
  }
}
