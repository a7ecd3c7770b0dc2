package fairlead.balance.accrual;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long an endpoint stays out, each time it fails anew ({@code spec/client.md} §7). Immutable.
 */
public sealed interface Backoff {
  /** Equal jitter from 5 s to 300 s. */
  Backoff DEFAULT = new EqualJittered(Duration.ofSeconds(5), Duration.ofSeconds(300));

  /** Always the same. */
  record Constant(Duration delay) implements Backoff {}

  /** From {@code least}, each at most three times as long as the one before, never shorter. */
  record Jittered(Duration least, Duration most) implements Backoff {}

  /** First {@code first}, then a doubling half of it and as much again at most, by chance. */
  record EqualJittered(Duration first, Duration most) implements Backoff {}

  /** One series of delays. One thread at a time. */
  @FunctionalInterface
  interface Delays {
    Duration next();
  }

  /** A series of {@code backoff} from the beginning. */
  static Delays begin(Backoff backoff, RandomGenerator random) {
    return switch (backoff) {
      case Constant(var delay) -> () -> delay;
      case Jittered(var least, var most) ->
          new JitteredDelays(least.toNanos(), most.toNanos(), random);
      case EqualJittered(var first, var most) ->
          new EqualJitteredDelays(first.toNanos(), most.toNanos(), random);
    };
  }

  /** {@code spec/http.md} §10.2. */
  final class JitteredDelays implements Delays {
    private final long least;
    private final long most;
    private final RandomGenerator random;
    private long last;

    private JitteredDelays(long least, long most, RandomGenerator random) {
      this.least = least;
      this.most = most;
      this.random = random;
    }

    @Override
    public Duration next() {
      if (last == 0) {
        last = least;
      } else if (last < most) {
        long bound = Math.min(most, 3 * last);
        last = bound <= last ? last : last + random.nextLong(bound - last);
      }
      return Duration.ofNanos(last);
    }
  }

  /** {@code spec/client.md} §7. */
  final class EqualJitteredDelays implements Delays {
    private final long first;
    private final long most;
    private final RandomGenerator random;
    private long half;

    private EqualJitteredDelays(long first, long most, RandomGenerator random) {
      this.first = first;
      this.most = most;
      this.random = random;
    }

    @Override
    public Duration next() {
      if (half >= most) {
        return Duration.ofNanos(most);
      }
      long delay = half == 0 ? first : half + random.nextLong(half);
      if (delay >= most) {
        half = most;
        return Duration.ofNanos(most);
      }
      half = half == 0 ? first : 2 * half;
      return Duration.ofNanos(delay);
    }
  }
}
