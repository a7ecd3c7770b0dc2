package fairlead.routing.explain;

import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;

/** What became of one attempt, and when. Event loop only. */
final class AttemptNote implements Filter {
  private final String endpoint;
  private long began;
  private long connected;
  private long ended;
  private boolean isConnected;
  private boolean isOver;
  private String end = "";

  AttemptNote(String endpoint) {
    this.endpoint = endpoint;
  }

  long beganNanos() {
    return began;
  }

  void connected(long now) {
    connected = now;
    isConnected = true;
  }

  @Override
  public Verdict request(Exchange exchange) {
    began = exchange.nanoTime();
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    over(exchange, status(exchange));
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    over(
        exchange,
        switch (outcome) {
          case Outcome.Failed(var failure) -> failure.text().lines().findFirst().orElse("failed");
          case Outcome.Abandoned _ -> "given up";
          case Outcome.Answered _, Outcome.Retried _ -> status(exchange);
        });
  }

  private static String status(Exchange exchange) {
    var head = exchange.response();
    return head == null ? "no answer" : Integer.toString(head.status());
  }

  private void over(Exchange exchange, String how) {
    if (!isOver) {
      isOver = true;
      ended = exchange.nanoTime();
      end = how;
    }
  }

  /** In words; an attempt that is not over is told as of {@code now}. */
  Hop.Attempt told(Exchange exchange, long now) {
    long last = isOver ? ended : now;
    long sent = isConnected ? connected : last;
    return new Hop.Attempt(endpoint, sent - began, last - sent, isOver ? end : status(exchange));
  }
}
