package fairlead.client.control;

import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.MetricsTree;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The counters of one control client ({@code spec/discovery.md} §3.9). Any thread.
 *
 * @param connects connections that came about
 * @param success whole answers, whatever their status
 * @param causes {@code failures} by cause
 */
public record ControlMetrics(
    Counter requests,
    Counter success,
    Counter failures,
    Counter connects,
    Map<Cause, Counter> causes) {
  /** Below {@code scope}, which is {@code namer/#/PREFIX/client}. */
  public static ControlMetrics of(Metrics scope) {
    var failures = scope.scope("failures");
    var causes = new EnumMap<Cause, Counter>(Cause.class);
    for (var cause : Cause.values()) {
      causes.put(cause, failures.counter(cause.name().toLowerCase(Locale.ROOT)));
    }
    return new ControlMetrics(
        scope.counter("requests"),
        scope.counter("success"),
        scope.counter("failures"),
        scope.counter("connects"),
        Map.copyOf(causes));
  }

  /** Where nobody looks. */
  static ControlMetrics unseen() {
    return of(new MetricsTree());
  }

  void ended(ControlResult result) {
    switch (result) {
      case Answer _ -> success.increment();
      case Failed(var cause, var _) -> {
        failures.increment();
        var counter = causes.get(cause);
        if (counter != null) {
          counter.increment();
        }
      }
    }
  }
}
