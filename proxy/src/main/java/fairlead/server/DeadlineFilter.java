package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.DeadlineExceeded;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.http.EpochTime;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.Metrics.Stat;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Enforces the caller's deadline: a request that comes too late is answered at once, another one is
 * given up in time ({@code spec/http.md} §12, D16). Without a deadline it costs nothing.
 */
final class DeadlineFilter implements Filter {
  private final EventExecutor loop;
  private final Stats stats;

  /** {@code admission_control/deadline/…}, and how long requests are on their way. */
  record Stats(Counter exceeded, Counter rejected, Stat expired, Stat remaining, Stat transit) {
    /**
     * Makes the counters at 0.
     *
     * @param scope of the listener
     */
    static Stats of(Metrics scope) {
      var deadline = scope.scope("admission_control").scope("deadline");
      return new Stats(
          deadline.counter("exceeded"),
          deadline.counter("rejected"),
          deadline.stat("expired_ms"),
          deadline.stat("remaining_ms"),
          scope.stat("transit_latency_ms"));
    }
  }

  DeadlineFilter(EventExecutor loop, Stats stats) {
    this.loop = loop;
    this.stats = stats;
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    var deadline = exchange.deadline();
    if (deadline == null) {
      return Verdict.PASS;
    }
    long now = EpochTime.nanos();
    long left = deadline.leftNanos(now);
    stats.transit.add(millis(now - deadline.timestamp()));
    if (left <= 0) {
      stats.exceeded.increment();
      stats.rejected.increment();
      stats.expired.add(millis(-left));
      return new Verdict.Refuse(new DeadlineExceeded(Duration.ofNanos(-left)));
    }
    stats.remaining.add(millis(left));
    exchange.giveUpAt(loop, left, () -> exceeded(exchange.startNanos(), left));
    return Verdict.PASS;
  }

  private DeadlineExceeded exceeded(long startNanos, long left) {
    stats.exceeded.increment();
    long by = loop.ticker().nanoTime() - startNanos - left;
    return new DeadlineExceeded(Duration.ofNanos(Math.max(0, by)));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
