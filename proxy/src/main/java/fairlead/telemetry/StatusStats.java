package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * {@code status/…} and {@code time/…} of one scope ({@code spec/telemetry.md} §12.1). Any event
 * loop.
 */
public final class StatusStats implements Filter, Watch {
  private static final int CLASSES = 10;

  private final boolean attempts;

  /** Null where streams are counted instead. */
  private final @Nullable BodyStats bodies;

  private final Metrics status;
  private final Metrics time;
  private final Counter error;
  private final AtomicReferenceArray<@Nullable ByClass> classes =
      new AtomicReferenceArray<>(CLASSES);

  /** One hundred statuses; a service mostly answers with few of them, and mostly of one class. */
  private record ByClass(
      Counter counter, Stat time, AtomicReferenceArray<@Nullable Counter> codes) {}

  /**
   * Makes the counters at 0.
   *
   * @param attempts whether the time of an attempt is measured, not of the whole exchange
   * @param streams whether the router's streams are counted ({@link RequestStats}), not its bodies
   */
  public StatusStats(boolean attempts, boolean streams, Metrics scope) {
    this.bodies = streams ? null : new BodyStats(attempts, scope);
    this.attempts = attempts;
    this.status = scope.scope("status");
    this.time = scope.scope("time");
    this.error = status.counter("error");
  }

  @Override
  public Verdict request(Exchange exchange) {
    if (bodies != null) {
      bodies.request(exchange);
    }
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    var head = exchange.response();
    if (head != null) {
      if (bodies != null) {
        bodies.response(head);
      }
      var byClass = byClass(head.status() / 100);
      code(byClass, head.status()).increment();
      byClass.counter.increment();
      byClass.time.add(millis(exchange));
    }
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    if (bodies != null) {
      bodies.end(exchange, outcome);
    }
    if (exchange.response() == null && outcome instanceof Outcome.Failed) {
      error.increment();
      time.stat("error").add(millis(exchange));
    }
  }

  private long millis(Exchange exchange) {
    long since = attempts ? exchange.attemptNanos() : exchange.startNanos();
    return TimeUnit.NANOSECONDS.toMillis(exchange.answerNanos() - since);
  }

  private Counter code(ByClass byClass, int code) {
    var known = byClass.codes.get(code % 100);
    if (known == null) {
      known = status.counter(Integer.toString(code));
      byClass.codes.set(code % 100, known);
    }
    return known;
  }

  private ByClass byClass(int first) {
    var known = classes.get(first);
    if (known == null) {
      String name = first + "XX";
      known = new ByClass(status.counter(name), time.stat(name), new AtomicReferenceArray<>(100));
      classes.set(first, known);
    }
    return known;
  }

  @Override
  public void close() {
    if (bodies != null) {
      bodies.close();
    }
  }
}
