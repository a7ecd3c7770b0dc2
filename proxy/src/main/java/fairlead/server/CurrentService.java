package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Service;

/**
 * What serves the requests of one listener and loop right now: all its connections lead here, so
 * that their next request goes by another configuration once there is one. Event loop only.
 */
final class CurrentService implements Service {
  private Service now;

  CurrentService(Service first) {
    this.now = first;
  }

  void become(Service next) {
    now = next;
  }

  @Override
  public void begin(Exchange exchange) {
    now.begin(exchange);
  }
}
