package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.http.Deadline;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * {@code timeoutMs} of a listener: a request without an answer's head for so long is given up
 * ({@code spec/http.md} §2.2, §12). All wait equally long, so the eldest is due first, and one
 * timer is enough. Event loop only.
 */
final class RequestTimeout implements Filter {
  private final Duration timeout;
  private final EventExecutor loop;

  /** In the order they came. */
  private final Map<Exchange, Waiting> waiting = new LinkedHashMap<>();

  private @Nullable Future<?> timer;

  /** How far the request had come here. */
  private record Waiting(long sinceNanos, int depth, int answerDepth) {}

  RequestTimeout(Duration timeout, EventExecutor loop) {
    this.timeout = timeout;
    this.loop = loop;
  }

  @Override
  public Verdict request(Exchange exchange) {
    tellDeadline(exchange);
    waiting.put(
        exchange, new Waiting(exchange.startNanos(), exchange.depth(), exchange.answerDepth()));
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

  private void tellDeadline(Exchange exchange) {
    long now = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    var ours = new Deadline(now, now + timeout.toNanos());
    var theirs = exchange.deadline();
    exchange.deadline(theirs == null ? ours : theirs.combine(ours));
  }

  private void check() {
    timer = null;
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
      exchange.giveUp(since.depth, since.answerDepth, new Failure.RequestTimedOut(timeout));
    }
  }

  private void arm(long delay) {
    timer = loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
  }
}
