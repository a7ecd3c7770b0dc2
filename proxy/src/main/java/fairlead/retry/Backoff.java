package fairlead.retry;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before each retry of a request ({@code spec/http.md} §10.2). Immutable. */
public sealed interface Backoff {
  /** Before the first retry. */
  long NONE_YET = -1;

  /** Always as long. */
  record Constant(Duration delay) implements Backoff {}

  /**
   * Longer and longer, by chance: up to three times as long as before, and never shorter.
   *
   * @param least the first, above 0
   * @param most no longer than this, at least {@code least}
   */
  record Jittered(Duration least, Duration most) implements Backoff {
    public Jittered {
      if (!least.isPositive() || least.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            "back-off: " + least + " to " + most + " (expected: above 0, and not falling)");
      }
    }
  }

  /** Not waiting at all. */
  static Backoff immediate() {
    return new Constant(Duration.ZERO);
  }

  /**
   * The next delay.
   *
   * @param previousNanos what this returned before, or {@link #NONE_YET}
   */
  default long nextNanos(long previousNanos, RandomGenerator random) {
    return switch (this) {
      case Constant(var delay) -> delay.toNanos();
      case Jittered(var least, var most) ->
          previousNanos == NONE_YET
              ? least.toNanos()
              : jittered(previousNanos, most.toNanos(), random);
    };
  }

  private static long jittered(long previous, long most, RandomGenerator random) {
    long room = Math.min(most, 3 * previous) - previous;
    return room <= 0 ? most : previous + random.nextLong(room);
  }
}
