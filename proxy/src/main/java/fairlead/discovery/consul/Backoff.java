package fairlead.discovery.consul;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before asking again: doubles from the trouble's first delay to its longest, the
 * upper half of each drawn by chance ({@code spec/discovery.md} §14). Control executor only.
 */
final class Backoff {
  private static final int ENOUGH_DOUBLINGS = 20;

  private final RandomGenerator random;
  private int failures;
  private Trouble.@Nullable Kind lastKind;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  Duration next(Trouble.Kind kind) {
    if (kind != lastKind) {
      // Another trouble is news: an agent that is back but has no leader yet will have one soon.
      failures = 0;
      lastKind = kind;
    }
    long first = kind.firstDelay().toNanos();
    long bound = Math.min(kind.maxDelay().toNanos(), first << Math.min(failures, ENOUGH_DOUBLINGS));
    failures++;
    return Duration.ofNanos(bound / 2 + random.nextLong(bound / 2 + 1));
  }

  void reset() {
    failures = 0;
  }
}
