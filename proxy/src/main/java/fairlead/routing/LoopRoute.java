package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Stack;
import fairlead.exchange.Verdict;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A route as one event loop uses it: how many exchanges, and when last. Written by its loop alone,
 * so plainly; read by the control plane, which may see it a little late.
 */
final class LoopRoute implements Filter {
  private final Route route;
  private final Stack stack;
  private final AtomicLong running = new AtomicLong();
  private final AtomicLong lastUse;

  /**
   * Not used yet.
   *
   * @param stack what requests pass on this loop alone
   */
  LoopRoute(Route route, Stack stack, long now) {
    this.route = route;
    this.stack = stack;
    this.lastUse = new AtomicLong(now);
  }

  Route route() {
    return route;
  }

  /** What a request passes behind {@link Route#stack}, on this loop alone. */
  Stack stack() {
    return stack;
  }

  boolean isIdle() {
    return running.getOpaque() == 0;
  }

  long lastUse() {
    return lastUse.getOpaque();
  }

  @Override
  public Verdict request(Exchange exchange) {
    running.setOpaque(running.getPlain() + 1);
    return Verdict.PASS;
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    lastUse.setOpaque(exchange.nanoTime());
    running.setOpaque(running.getPlain() - 1);
    route.left();
  }
}
