package fairlead.routing;

import fairlead.exchange.Failure;

/**
 * How often one request may be sent again within one client, since nobody processed it ({@code
 * spec/http.md} §10). Event loop only; made when an attempt calls for it.
 */
final class Requeues {
  /** Tries to get a connection; nothing was sent, so they cost no budget. */
  private static final int SESSION_TRIES = 25;

  /** Of what the budget holds, one request may take so much. */
  private static final double SHARE_OF_BUDGET = 0.2;

  private final LoopClient client;
  private int sessionTries = 1;
  private long left;

  Requeues(LoopClient client, long nowNanos) {
    this.client = client;
    // When the request came, says Linkerd; until now it has taken nothing.
    left = (long) Math.ceil(SHARE_OF_BUDGET * client.client().requeueBudget().balance(nowNanos));
  }

  /**
   * Whether it may be sent again now; then that is paid for.
   *
   * @param others whether there is an endpoint that was not tried: while all are out, one of those
   *     may be back already
   */
  boolean mayRequeue(Failure failure, boolean others, long nowNanos) {
    var stats = client.client().requeues();
    boolean unconnected =
        failure instanceof Failure.ConnectFailed
            || failure instanceof Failure.ConnectStarved
            || failure instanceof Failure.WrongService
            || failure instanceof Failure.ConnectionLeaving;
    if (!client.isOpen() && !others) {
      (unconnected ? stats.notOpen() : stats.cannotRetry()).increment();
      return false;
    }
    if (unconnected ? sessionTries >= SESSION_TRIES : left <= 0) {
      stats.requestLimit().increment();
      return false;
    }
    if (unconnected) {
      sessionTries++;
    } else if (client.client().requeueBudget().withdraw(nowNanos)) {
      left--;
    } else {
      stats.budgetExhausted().increment();
      return false;
    }
    stats.requeues().increment();
    return true;
  }
}
