package fairlead.balance;

import fairlead.activity.Watch;
import fairlead.balance.accrual.FailFast;
import fairlead.balance.accrual.Health;
import fairlead.balance.concurrency.ConcurrencyLimit;
import org.jspecify.annotations.Nullable;

/**
 * What all event loops know of one endpoint of a client: its sessions, what it costs, and whether
 * it may be used. Kept as long as discovery knows the address, whatever else it says of it. Any
 * thread.
 */
public final class EndpointState implements Watch {
  private final Sessions sessions;
  private final @Nullable PeakEwma cost;
  private final Health health;
  private final @Nullable FailFast failFast;
  private final @Nullable ConcurrencyLimit limit;
  private final SlowStart slowStart;
  private final long token;

  /** Written by the control plane, read by any thread. */
  private volatile long since;

  private volatile boolean warm;

  /**
   * An endpoint with nothing to do.
   *
   * @param cost for balancers that compare costs
   * @param failFast null when failed connections do not cut it off
   * @param limit of its sessions; null for none
   * @param token by which apertures order
   */
  public EndpointState(
      Sessions sessions,
      @Nullable PeakEwma cost,
      Health health,
      @Nullable FailFast failFast,
      @Nullable ConcurrencyLimit limit,
      SlowStart slowStart,
      long token) {
    this.sessions = sessions;
    this.cost = cost;
    this.health = health;
    this.failFast = failFast;
    this.limit = limit;
    this.slowStart = slowStart;
    this.token = token;
    this.warm = true;
  }

  public Sessions sessions() {
    return sessions;
  }

  public @Nullable PeakEwma cost() {
    return cost;
  }

  public Health health() {
    return health;
  }

  /** Of its sessions; null for none. */
  public @Nullable ConcurrencyLimit limit() {
    return limit;
  }

  /** Whether it has as many sessions as it bears; each event loop may be one late to see it. */
  public boolean isFull() {
    return limit != null && sessions.sum() >= limit.limit();
  }

  public long token() {
    return token;
  }

  /** Sessions, or what they cost. */
  public double load(long now) {
    int pending = sessions.sum();
    return cost == null ? pending : cost.load(pending, now);
  }

  /** Whether nothing is to be sent to it, since no connection can be made. */
  public boolean isCutOff() {
    return failFast != null && failFast.isCutOff();
  }

  /** A connection could not be made. */
  public void unconnected() {
    if (failFast != null) {
      failFast.unconnected();
    }
  }

  /** It is new, or alive again: a slow start begins. */
  public void startSlowly(long now) {
    if (!slowStart.isOff()) {
      since = now;
      warm = false;
    }
  }

  /** The share of its turns that it takes now. */
  public double share(long now) {
    if (warm) {
      return 1;
    }
    double share = slowStart.share(now - since);
    warm = share >= 1;
    return share;
  }

  @Override
  public void close() {
    health.close();
    if (failFast != null) {
      failFast.close();
    }
  }
}
