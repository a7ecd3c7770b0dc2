package fairlead.server;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.Overloaded;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.telemetry.Metrics;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * {@code maxConcurrentRequests} of one listener: what is too much is refused at once ({@code
 * spec/http.md} §6.3). Any event loop; without a limit nothing is shared.
 */
final class Concurrency implements Filter, Watch {
  private final int limit;
  private final Metrics.Counter nacks;

  /** Of all loops, so that the limit is exact; written only when there is a limit. */
  private final AtomicInteger running = new AtomicInteger();

  private final List<Watch> gauges;

  Concurrency(@Nullable Integer limit, Metrics scope) {
    this.limit = limit == null ? Integer.MAX_VALUE : limit;
    this.nacks = scope.counter("nacks");
    this.gauges =
        limit == null
            ? List.of()
            : List.of(
                scope.gauge("request_concurrency", running::get),
                scope.gauge("request_queue_size", () -> 0));
  }

  @Override
  public boolean looksBack() {
    return limit != Integer.MAX_VALUE;
  }

  @Override
  public Verdict request(Exchange exchange) {
    if (limit == Integer.MAX_VALUE) {
      return Verdict.PASS;
    }
    if (running.incrementAndGet() > limit) {
      running.decrementAndGet();
      nacks.increment();
      return new Verdict.Refuse(new Overloaded());
    }
    return Verdict.PASS;
  }

  @Override
  public void end(Exchange exchange, Outcome outcome) {
    running.decrementAndGet();
  }

  @Override
  public void close() {
    gauges.forEach(Watch::close);
  }
}
