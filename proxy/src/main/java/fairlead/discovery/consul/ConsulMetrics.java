package fairlead.discovery.consul;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The counters of one namer ({@code spec/discovery.md} §3.9), and ours.
 *
 * @param emptyHeld sets that fell to nothing and were kept for a while
 * @param troubles {@code service/errors} by kind
 */
record ConsulMetrics(
    Counter lookups,
    Counter cached,
    Counter opens,
    Counter closes,
    Counter updates,
    Counter errors,
    Counter emptyHeld,
    Map<Trouble.Kind, Counter> troubles) {
  static ConsulMetrics of(Metrics scope) {
    var service = scope.scope("service");
    var errors = service.scope("errors");
    var troubles = new EnumMap<Trouble.Kind, Counter>(Trouble.Kind.class);
    for (var kind : Trouble.Kind.values()) {
      troubles.put(kind, errors.counter(kind.name().toLowerCase(Locale.ROOT)));
    }
    return new ConsulMetrics(
        scope.counter("lookups"),
        service.counter("cached"),
        service.counter("opens"),
        service.counter("closes"),
        service.counter("updates"),
        service.counter("errors"),
        service.counter("empty_held"),
        Map.copyOf(troubles));
  }

  void failed(Trouble trouble) {
    errors.increment();
    var counter = troubles.get(trouble.kind());
    if (counter != null) {
      counter.increment();
    }
  }
}
