package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code status/…} and {@code time/…} of one scope ({@code spec/telemetry.md} §12.1). Any event
 * loop.
 */
public final class StatusStats implements Filter, Watch {
  private final boolean attempts;

  /** Null where streams are counted instead. */
  private final @Nullable BodyStats bodies;

  private final Metrics status;
  private final Metrics time;
  private final Counter error;

  /**
   * By the first digit, as far as there was one: a service mostly answers with one class. Replaced
   * when one is added; one that is lost when two loops add at once is added again.
   */
  private volatile @Nullable ByClass[] classes = {};

  /** One hundred statuses. */
  private static final class ByClass {
    final Counter counter;
    final Stat time;

    /** By the other two digits, as {@link #classes} are by the first. */
    volatile @Nullable Counter[] codes = {};

    ByClass(Counter counter, Stat time) {
      this.counter = counter;
      this.time = time;
    }
  }

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
    var known = at(byClass.codes, code % 100);
    if (known == null) {
      known = status.counter(Integer.toString(code));
      byClass.codes = with(byClass.codes, code % 100, known);
    }
    return known;
  }

  private ByClass byClass(int first) {
    var known = at(classes, first);
    if (known == null) {
      String name = first + "XX";
      known = new ByClass(status.counter(name), time.stat(name));
      classes = with(classes, first, known);
    }
    return known;
  }

  private static <T> @Nullable T at(@Nullable T[] all, int index) {
    return index < all.length ? all[index] : null;
  }

  private static <T> @Nullable T[] with(@Nullable T[] all, int index, T added) {
    var more = Arrays.copyOf(all, Math.max(all.length, index + 1));
    more[index] = added;
    return more;
  }

  @Override
  public void close() {
    if (bodies != null) {
      bodies.close();
    }
  }
}
