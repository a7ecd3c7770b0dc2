package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.ResponseClass;
import fairlead.exchange.Verdict;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

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
  private final List<Watch> gauges;
  private final @Nullable RequestRecorder recorder;

  /** Of routers of HTTP/2; else null. */
  private final @Nullable StreamStats streams;

  /** Null but for listeners. */
  private final @Nullable Counter refusedForGood;

  /**
   * Makes the counters at 0.
   *
   * @param streams whether the ends of streams are counted too, as those of {@code h2} routers are
   */
  public RequestStats(Side side, boolean streams, Metrics scope) {
    this(side, streams, scope, null);
  }

  /** The same, with slow and failed ones told to {@code recorder}. */
  public RequestStats(
      Side side, boolean streams, Metrics scope, @Nullable RequestRecorder recorder) {
    this.side = side;
    this.recorder = recorder;
    this.streams = streams ? new StreamStats(side == Side.CLIENT, scope) : null;
    refusedForGood = side == Side.SERVER ? scope.counter("nonretryable_nacks") : null;
    this.scope = scope;
    requests = scope.counter("requests");
    success = scope.counter("success");
    failures = scope.counter("failures");
    latency = scope.stat("request_latency_ms");
    var shown = scope.gauge("pending", pending::sum);
    gauges =
        side == Side.SERVER ? List.of(shown, scope.gauge("load", pending::sum)) : List.of(shown);
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
    if (head != null && !isToldLate(exchange, head)) {
      judge(exchange, isSuccess(exchange, head));
    }
  }

  /** Whether the end tells whether it is a success. */
  private boolean isToldLate(Exchange exchange, Head head) {
    return exchange.isClassLate(side == Side.CLIENT)
        && !(side == Side.SERVER && head.contains(HeaderNames.L5D_SUCCESS_CLASS));
  }

  private void judge(Exchange exchange, boolean isSuccess) {
    if (isSuccess) {
      success.increment();
    } else {
      fail(FailureNames.RESPONSE);
      record(exchange, null);
    }
  }

  private void record(Exchange exchange, @Nullable Failure why) {
    if (recorder != null) {
      recorder.failed(exchange, why == null ? null : why.text());
    }
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    var head = exchange.response();
    if (head == null) {
      countUnanswered(exchange, outcome);
    } else if (isToldLate(exchange, head)) {
      judgeLate(exchange, outcome);
    }
    if (streams != null) {
      streams.end(exchange, outcome);
    }
    pending.decrement(); // last: what is not pending any more is counted
  }

  private void judgeLate(Exchange exchange, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered _, Outcome.Retried _ ->
          judge(exchange, exchange.responseClass() == ResponseClass.SUCCESS);
      case Outcome.Failed(var failure) -> {
        fail(failure);
        record(exchange, failure);
      }
      case Outcome.Abandoned _ -> {
        if (side != Side.SERVER) {
          fail(FailureNames.ABANDONED);
        }
      }
    }
  }

  private FailureNames namesOf(Failure failure) {
    return side == Side.CLIENT ? FailureNames.ofAttempt(failure) : FailureNames.ofRequest(failure);
  }

  private void countUnanswered(Exchange exchange, Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered _, Outcome.Retried _ -> {}
      case Outcome.Failed(var failure) -> {
        count(exchange);
        fail(failure);
        record(exchange, failure);
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
    long nanos = exchange.answerNanos() - since;
    latency.add(TimeUnit.NANOSECONDS.toMillis(nanos));
    if (recorder != null && recorder.isSlow(nanos)) {
      recorder.slow(exchange, nanos);
    }
  }

  private void fail(Failure failure) {
    fail(namesOf(failure));
    if (refusedForGood != null
        && failure instanceof Failure.Nacked nacked
        && !nacked.isRetryable()) {
      refusedForGood.increment();
    }
  }

  private void fail(FailureNames names) {
    failures.increment();
    names.count(scope.scope("failures"));
  }

  /** {@code spec/http.md} §4.6, §11; where nobody judged it, the status tells. */
  private boolean isSuccess(Exchange exchange, Head head) {
    if (side != Side.SERVER && exchange.responseClass() != null) {
      return exchange.responseClass() == ResponseClass.SUCCESS;
    }
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
