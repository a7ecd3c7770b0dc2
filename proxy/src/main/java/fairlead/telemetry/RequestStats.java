package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code requests}, {@code success}, {@code failures}, {@code request_latency_ms} and {@code
 * pending} of one scope ({@code spec/telemetry.md} §12). Counts when the head of the response is
 * known, or when there will be none. Any event loop.
 */
public final class RequestStats implements Filter, Watch {
  /** Whose requests are counted. */
  public enum Side {
    /** All of a listener: {@code l5d-success-class} decides, a caller that left does not count. */
    SERVER,
    /** One a request, after retries. */
    SERVICE,
    /** One an attempt. */
    CLIENT
  }

  private final Side side;
  private final Metrics scope;
  private final Counter requests;
  private final Counter success;
  private final Counter failures;
  private final Stat latency;
  private final LoopAdder pending = new LoopAdder();
  private final List<Watch> gauges = new ArrayList<>();

  public RequestStats(Side side, Metrics scope) {
    this.side = side;
    this.scope = scope;
    requests = scope.counter("requests");
    success = scope.counter("success");
    failures = scope.counter("failures");
    latency = scope.stat("request_latency_ms");
    gauges.add(scope.gauge("pending", pending::sum));
    if (side == Side.SERVER) {
      gauges.add(scope.gauge("load", pending::sum));
    }
  }

  @Override
  public Verdict request(Exchange exchange) {
    pending.increment();
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    count(exchange);
    var head = exchange.response();
    if (head != null && isSuccess(head)) {
      success.increment();
    } else {
      fail(FailureNames.RESPONSE);
    }
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    if (exchange.response() == null) {
      countUnanswered(exchange, outcome);
    }
    pending.decrement(); // last: what is not pending any more is counted
  }

  private void countUnanswered(Exchange exchange, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered _ -> {}
      case Outcome.Failed(var failure) -> {
        count(exchange);
        fail(
            side == Side.CLIENT
                ? FailureNames.ofAttempt(failure)
                : FailureNames.ofRequest(failure));
      }
      case Outcome.Abandoned _ -> {
        if (side != Side.SERVER) {
          count(exchange);
          fail(FailureNames.ABANDONED);
        }
      }
    }
  }

  private void count(Exchange exchange) {
    requests.increment();
    long since = side == Side.CLIENT ? exchange.attemptNanos() : exchange.startNanos();
    latency.add(TimeUnit.NANOSECONDS.toMillis(exchange.answerNanos() - since));
  }

  private void fail(FailureNames names) {
    failures.increment();
    names.count(scope.scope("failures"));
  }

  /** {@code spec/http.md} §4.6, §11: the default classifier. */
  private boolean isSuccess(Head head) {
    int i = side == Side.SERVER ? head.find(HeaderNames.L5D_SUCCESS_CLASS) : -1;
    if (i < 0) {
      return head.status() < 500;
    }
    return head.valueIs(i, "1.0") || (!head.valueIs(i, "0.0") && isPositive(head.value(i)));
  }

  private static boolean isPositive(String number) {
    try {
      return Double.parseDouble(number) > 0;
    } catch (NumberFormatException _) { // Unreadable counts as failure (§4.6).
      return false;
    }
  }

  @Override
  public void close() {
    gauges.forEach(Watch::close);
  }
}
