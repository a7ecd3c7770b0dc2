package fairlead.balance.accrual;

import fairlead.activity.SerialExecutor;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;

/**
 * What the endpoints of one client have in common. Any thread.
 *
 * @param label of the client, for the log
 * @param control runs the timers
 * @param changed told of each change of an endpoint's status
 */
public record AccrualShared(
    AccrualConfig config,
    String label,
    SerialExecutor control,
    Runnable changed,
    Counter removals,
    Counter revivals,
    Counter probes,
    Counter removedForMillis) {
  /**
   * Counters at 0.
   *
   * @param scope {@code failure_accrual}
   */
  public static AccrualShared in(
      Metrics scope, AccrualConfig config, String label, SerialExecutor control, Runnable changed) {
    return new AccrualShared(
        config,
        label,
        control,
        changed,
        scope.counter("removals"),
        scope.counter("revivals"),
        scope.counter("probes"),
        scope.counter("removed_for_ms"));
  }
}
