package fairlead.exchange;

import fairlead.http.Deadline;
import fairlead.http.EpochTime;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tells of exchanges that are without an answer's head for so long ({@code spec/http.md} §12). All
 * wait equally long, so the eldest is due first, and one timer is enough. Event loop only.
 */
public final class AnswerTimeout implements Filter {
  private final Duration timeout;
  private final EventExecutor loop;

  /** Of the whole request, with all its attempts; else of one of them. */
  private final boolean ofRequests;

  private final Function<Exchange, Failure> failure;

  /** In the order they came. */
  private final Map<Exchange, Waiting> waiting = new LinkedHashMap<>();

  private final Lateness lateness = new Lateness();
  private @Nullable Future<?> timer;
  private long dueNanos;

  /** How far the request had come here. */
  private record Waiting(long sinceNanos, int depth, int answerDepth) {}

  private AnswerTimeout(
      Duration timeout,
      EventExecutor loop,
      boolean ofRequests,
      Function<Exchange, Failure> failure) {
    this.timeout = timeout;
    this.loop = loop;
    this.ofRequests = ofRequests;
    this.failure = failure;
  }

  /** Gives requests up that entered it so long ago, on {@code loop}; their deadline tells so. */
  public static AnswerTimeout ofRequests(
      Duration timeout, EventExecutor loop, Function<Duration, Failure> failure) {
    return new AnswerTimeout(timeout, loop, true, _ -> failure.apply(timeout));
  }

  /** Gives attempts up that entered it so long ago, on {@code loop}. */
  public static AnswerTimeout ofAttempts(
      Duration timeout, EventExecutor loop, Function<Exchange, Failure> failure) {
    return new AnswerTimeout(timeout, loop, false, failure);
  }

  /** How long they may wait. */
  public Duration timeout() {
    return timeout;
  }

  @Override
  public Verdict request(Exchange exchange) {
    if (ofRequests) {
      exchange.deadline(Deadline.in(timeout, EpochTime.nanos()).within(exchange.deadline()));
    }
    waiting.put(
        exchange, new Waiting(exchange.nanoTime(), exchange.depth(), exchange.answerDepth()));
    if (timer == null) {
      arm(timeout.toNanos());
    }
    return Verdict.PASS;
  }

  @Override
  public void response(Exchange exchange) {
    waiting.remove(exchange);
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    waiting.remove(exchange);
  }

  private void check() {
    timer = null;
    long more = lateness.grace(loop.ticker().nanoTime() - dueNanos);
    if (more > 0) {
      arm(more);
      return;
    }
    while (!waiting.isEmpty()) {
      var eldest = waiting.entrySet().iterator().next();
      var since = eldest.getValue();
      long left = timeout.toNanos() - (loop.ticker().nanoTime() - since.sinceNanos);
      if (left > 0) {
        arm(left);
        return;
      }
      var exchange = eldest.getKey();
      waiting.remove(exchange);
      giveUp(exchange, since);
    }
  }

  private void giveUp(Exchange exchange, Waiting since) {
    if (ofRequests) {
      exchange.giveUp(since.depth, since.answerDepth, failure.apply(exchange));
    } else {
      exchange.attemptFailed(failure.apply(exchange));
    }
  }

  private void arm(long delay) {
    dueNanos = loop.ticker().nanoTime() + delay;
    timer = loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
  }
}
