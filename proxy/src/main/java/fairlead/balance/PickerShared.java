package fairlead.balance;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the pickers of one client have in common on all event loops. Any thread.
 *
 * @param changes grows with every change of an endpoint's status
 * @param exhausted counts picks of whatever there was, since no try found an open endpoint
 * @param rebuilds counts new looks at the whole set
 * @param busyClasses counts weight classes passed over because nobody in them was open
 */
public record PickerShared(
    AtomicInteger changes, Counter exhausted, Counter rebuilds, Counter busyClasses) {
  /**
   * Counters at 0.
   *
   * @param scope {@code loadbalancer}
   */
  public static PickerShared in(Metrics scope) {
    return new PickerShared(
        new AtomicInteger(),
        scope.counter("max_effort_exhausted"),
        scope.counter("rebuilds"),
        scope.counter("busy_weight_classes"));
  }

  /** A status changed: orders made by status are made anew at the next pick. */
  public void changed() {
    changes.incrementAndGet();
  }
}
