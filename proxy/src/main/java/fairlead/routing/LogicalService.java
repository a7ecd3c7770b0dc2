package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.http.Head;
import fairlead.retry.RetryBudget;
import fairlead.routing.ServiceConfig.Buffers;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.RequestStats;
import fairlead.telemetry.RequestStats.Side;
import java.util.function.LongSupplier;

/**
 * What the requests to one logical name have in common, whatever dtab they come with ({@code
 * spec/http.md} §1.2). Any event loop; made and closed by the control plane.
 */
final class LogicalService implements Watch {
  private static final Buffers NO_BUFFERS = new Buffers(0, 0);

  private final ServiceConfig config;
  private final RequestStats stats;
  private final RetryBudget budget;
  private final RetryStats retries;
  private final Watch balance;

  /**
   * Nothing was asked yet.
   *
   * @param loops how many there are
   * @param clock that of the loops
   * @param streams whether the router speaks HTTP/2 with its callers alone
   * @param scope {@code rt/<label>/service/<name>}
   */
  LogicalService(
      ServiceConfig config, int loops, LongSupplier clock, boolean streams, Metrics scope) {
    this.config = config;
    this.stats = new RequestStats(Side.SERVICE, streams, scope);
    this.budget = new RetryBudget(config.budget(), loops, clock.getAsLong());
    var below = scope.scope("retries");
    this.retries = new RetryStats(below);
    this.balance = below.gauge("budget", () -> budget.balance(clock.getAsLong()));
  }

  ServiceConfig config() {
    return config;
  }

  RequestStats stats() {
    return stats;
  }

  RetryBudget budget() {
    return budget;
  }

  RetryStats retries() {
    return retries;
  }

  /** How much of an answer is held back at most, in bytes. */
  int responseBytes() {
    var buffers = config.buffers();
    return (buffers == null ? NO_BUFFERS : buffers).responseBytes();
  }

  /** Whether {@code request} is sent again when it fails, without being asked to. */
  boolean sendsAgain(Head request) {
    var limits = config.budget();
    return (limits.minRetriesPerSec() > 0 || limits.percentCanRetry() > 0)
        && config.classifier().mayRetry(request);
  }

  @Override
  public void close() {
    stats.close();
    balance.close();
  }
}
