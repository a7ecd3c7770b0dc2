package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.exchange.Failure.MemoryScarce;
import fairlead.exchange.Filter;
import fairlead.exchange.Verdict;
import fairlead.telemetry.Metrics;

/** Refuses requests while memory is nearly spent. Any event loop; writes only when it refuses. */
final class MemoryFilter implements Filter {
  private final MemoryGuard guard;
  private final Metrics.Counter refused;

  /**
   * Makes the counter at 0.
   *
   * @param scope of the listener
   */
  MemoryFilter(MemoryGuard guard, Metrics scope) {
    this.guard = guard;
    this.refused = scope.counter("memory_refused");
  }

  @Override
  public boolean looksBack() {
    return false;
  }

  @Override
  public Verdict request(Exchange exchange) {
    if (!guard.isScarce(exchange.nanoTime())) {
      return Verdict.PASS;
    }
    refused.increment();
    return new Verdict.Refuse(new MemoryScarce());
  }
}
