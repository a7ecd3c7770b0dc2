package fairlead.discovery.consul;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** Which sets are served without Consul having said so last time, and since when. Any thread. */
final class StaleNames {
  private final LongSupplier nanos;
  private final Map<ServiceKey, Long> since = new ConcurrentHashMap<>();

  StaleNames(LongSupplier nanos) {
    this.nanos = nanos;
  }

  void stale(ServiceKey key, long confirmedNanos) {
    since.put(key, confirmedNanos);
  }

  void fresh(ServiceKey key) {
    since.remove(key);
  }

  /** Age of one set, 0 when it is fresh. */
  long ageMillis(ServiceKey key) {
    Long confirmed = since.get(key);
    return confirmed == null ? 0 : millisSince(confirmed);
  }

  /** Age of the oldest, 0 when all are fresh. */
  double oldestMillis() {
    return since.values().stream().mapToLong(this::millisSince).max().orElse(0);
  }

  private long millisSince(long then) {
    return Duration.ofNanos(nanos.getAsLong() - then).toMillis();
  }
}
