package fairlead.server;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.telemetry.LoopAdder;
import fairlead.telemetry.Metrics;

/**
 * The gauge {@code tunnels} of one listener. Entered only by requests that may open one. Any event
 * loop.
 */
final class OpenTunnels implements Filter, Watch {
  private final LoopAdder open = new LoopAdder();
  private final Watch gauge;

  OpenTunnels(Metrics scope) {
    gauge = scope.gauge("tunnels", open::sum);
  }

  @Override
  public void response(Exchange exchange) {
    if (exchange.isTunnel()) {
      open.increment();
    }
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    if (exchange.isTunnel()) {
      open.decrement();
    }
  }

  @Override
  public void close() {
    gauge.close();
  }
}
