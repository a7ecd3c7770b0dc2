package fairlead.discovery.consul;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * The counters of one namer ({@code spec/discovery.md} §3.9), and ours. Linkerd's own also count
 * under its name for them, which has the prefix twice.
 *
 * @param emptyHeld sets that fell to nothing and were kept for a while
 * @param shrinkHeld sets that suddenly fell, not to nothing, and were kept for a while
 * @param dropped instances in answers that no endpoint could be made of
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
    Counter shrinkHeld,
    Counter dropped,
    Map<Trouble.Kind, Counter> troubles) {
  /** {@code doubled} is the node of Linkerd's doubled prefix. */
  static ConsulMetrics of(Metrics scope, Metrics doubled) {
    var service = scope.scope("service");
    var alias = doubled.scope("service");
    var errors = service.scope("errors");
    var troubles = new EnumMap<Trouble.Kind, Counter>(Trouble.Kind.class);
    for (var kind : Trouble.Kind.values()) {
      troubles.put(kind, errors.counter(kind.name().toLowerCase(Locale.ROOT)));
    }
    return new ConsulMetrics(
        new Both(scope.counter("lookups"), doubled.counter("lookups")),
        new Both(service.counter("cached"), alias.counter("cached")),
        new Both(service.counter("opens"), alias.counter("opens")),
        new Both(service.counter("closes"), alias.counter("closes")),
        new Both(service.counter("updates"), alias.counter("updates")),
        new Both(service.counter("errors"), alias.counter("errors")),
        service.counter("empty_held"),
        service.counter("shrink_held"),
        service.counter("dropped"),
        Map.copyOf(troubles));
  }

  /** One counter under two names. */
  private record Both(Counter first, Counter second) implements Counter {
    @Override
    public void add(long n) {
      first.add(n);
      second.add(n);
    }

    @Override
    public long sum() {
      return first.sum();
    }
  }

  void failed(Trouble trouble) {
    errors.increment();
    var counter = troubles.get(trouble.kind());
    if (counter != null) {
      counter.increment();
    }
  }
}
