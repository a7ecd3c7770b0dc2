package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Outcome;
import fairlead.http.Head;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;

/**
 * What is counted of bodies at one scope ({@code spec/telemetry.md} §12.1): those with a length
 * before them by the length, those in chunks one by one. Any event loop.
 */
final class BodyStats implements Watch {
  private final boolean attempts;
  private final Part request;
  private final Part response;

  /** One direction. */
  private static final class Part {
    private final Metrics scope;
    private final Stat payload;
    private final Counter opened;
    private final Counter closed;
    private final Stat duration;
    private final LoopAdder pending = new LoopAdder();
    private final Watch gauge;

    Part(Metrics scope, String name) {
      this.payload = scope.stat(name + "_payload_bytes");
      this.scope = scope.scope("http").scope("stream").scope(name);
      this.opened = this.scope.counter("opened");
      this.closed = this.scope.counter("closed");
      this.duration = this.scope.stat("duration_ms");
      this.gauge = this.scope.gauge("pending", pending::sum);
    }

    void begins(Head head) {
      if (head.isChunked()) {
        opened.increment();
        pending.increment();
      } else if (head.contentLength() > 0) {
        payload.add(head.contentLength());
      }
    }

    void ends(Head head, Outcome outcome, long nanos) {
      if (head.isChunked()) {
        closed.increment();
        pending.decrement();
        duration.add(TimeUnit.NANOSECONDS.toMillis(nanos));
        if (outcome instanceof Outcome.Failed(var failure)) {
          scope.counter("failures").increment();
          FailureNames.ofAttempt(failure).count(scope.scope("failures"));
        }
      }
    }
  }

  /**
   * Makes the counters at 0.
   *
   * @param attempts whether one attempt is looked at, not the whole exchange
   */
  BodyStats(boolean attempts, Metrics scope) {
    this.attempts = attempts;
    this.request = new Part(scope, "request");
    this.response = new Part(scope, "response");
  }

  void request(Exchange exchange) {
    request.begins(exchange.request());
  }

  void response(Head head) {
    response.begins(head);
  }

  void end(Exchange exchange, Outcome outcome) {
    long now = exchange.nanoTime();
    long start = attempts ? exchange.attemptNanos() : exchange.startNanos();
    request.ends(exchange.request(), outcome, now - start);
    var head = exchange.response();
    if (head != null) {
      response.ends(head, outcome, now - exchange.answerNanos());
    }
  }

  @Override
  public void close() {
    request.gauge.close();
    response.gauge.close();
  }
}
