package fairlead.balance.accrual;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What fail-fast counts of one client ({@code spec/telemetry.md} §12.3): the gauges of times and
 * tries show the endpoint that is worst off. Any thread.
 */
public final class FailFastShared implements Watch {
  private final SerialExecutor control;
  private final Counter markedAvailable;
  private final Counter markedDead;
  private final List<Watch> gauges;
  private final Set<FailFast> endpoints = ConcurrentHashMap.newKeySet();

  /**
   * Counters at 0.
   *
   * @param scope {@code failfast}
   */
  public FailFastShared(SerialExecutor control, Metrics scope) {
    this.control = control;
    this.markedAvailable = scope.counter("marked_available");
    this.markedDead = scope.counter("marked_dead");
    this.gauges =
        List.of(
            scope.gauge(
                "unhealthy_for_ms",
                () -> endpoints.stream().mapToLong(FailFast::unhealthyMillis).max().orElse(0)),
            scope.gauge(
                "unhealthy_num_tries",
                () -> endpoints.stream().mapToInt(FailFast::tries).max().orElse(0)),
            scope.gauge(
                "is_marked_dead", () -> endpoints.stream().filter(FailFast::isCutOff).count()));
  }

  SerialExecutor control() {
    return control;
  }

  Counter markedAvailable() {
    return markedAvailable;
  }

  Counter markedDead() {
    return markedDead;
  }

  void add(FailFast endpoint) {
    endpoints.add(endpoint);
  }

  void remove(FailFast endpoint) {
    endpoints.remove(endpoint);
  }

  @Override
  public void close() {
    gauges.forEach(Watch::close);
  }
}
