package fairlead.routing;

import fairlead.balance.Node;
import fairlead.client.Streams;
import fairlead.exchange.AnswerTimeout;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.naming.Endpoint;
import fairlead.telemetry.LoopAdder;
import org.jspecify.annotations.Nullable;

/** One endpoint of a client on one event loop: its pool and its load. Event loop only. */
final class EndpointNode implements Node, Filter {
  private final Streams streams;
  private final LoopAdder total;
  private final @Nullable AnswerTimeout attemptTimeout;
  private Endpoint endpoint;
  private int load;
  private boolean removed;

  /**
   * An idle endpoint.
   *
   * @param total the load of the whole client, for its gauge
   * @param attemptTimeout of the requests that are sent to it; null for none
   */
  EndpointNode(
      Endpoint endpoint, Streams streams, LoopAdder total, @Nullable AnswerTimeout attemptTimeout) {
    this.endpoint = endpoint;
    this.streams = streams;
    this.total = total;
    this.attemptTimeout = attemptTimeout;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  Streams streams() {
    return streams;
  }

  /** Of the requests that are sent to it, from then on; null for none. */
  @Nullable AnswerTimeout attemptTimeout() {
    return attemptTimeout;
  }

  /** The same address, of which discovery says something else now; pool and load stay. */
  void become(Endpoint next) {
    endpoint = next;
  }

  /** It is no longer among the endpoints. */
  void remove() {
    removed = true;
    streams.close();
  }

  @Override
  public int load() {
    return load;
  }

  @Override
  public Status status() {
    return removed ? Status.CLOSED : Status.OPEN;
  }

  @Override
  public double weight() {
    return endpoint.weight();
  }

  /** Counts from the pick to the end of the body, or of the attempt. */
  @Override
  public Verdict request(Exchange exchange) {
    load++;
    total.increment();
    return Verdict.PASS;
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    load--;
    total.decrement();
  }
}
