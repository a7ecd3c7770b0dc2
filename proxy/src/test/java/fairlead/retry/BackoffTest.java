package fairlead.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** The delays of {@code spec/http.md} §10.2. */
class BackoffTest {
  private static final long MILLI = 1_000_000;
  private final RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);

  @Test
  void aConstantOneIsAlwaysAsLong() {
    var backoff = new Backoff.Constant(Duration.ofMillis(30));

    assertThat(backoff.nextNanos(Backoff.NONE_YET, random)).isEqualTo(30 * MILLI);
    assertThat(backoff.nextNanos(30 * MILLI, random)).isEqualTo(30 * MILLI);
    assertThat(Backoff.immediate().nextNanos(Backoff.NONE_YET, random)).isZero();
  }

  @Test
  void aJitteredOneBeginsWithTheLeastAndNeverFalls() {
    var backoff = new Backoff.Jittered(Duration.ofMillis(10), Duration.ofSeconds(1));

    for (int request = 0; request < 200; request++) {
      long delay = backoff.nextNanos(Backoff.NONE_YET, random);
      assertThat(delay).isEqualTo(10 * MILLI);
      for (int i = 0; i < 20; i++) {
        long next = backoff.nextNanos(delay, random);
        assertThat(next).isBetween(delay, Math.min(3 * delay, 1000 * MILLI));
        delay = next;
      }
    }
  }

  /** previous + uniform[0, min(max, 3 × previous) − previous). */
  @Test
  void theNextIsUniformUpToThreeTimesThePrevious() {
    var backoff = new Backoff.Jittered(Duration.ofMillis(10), Duration.ofSeconds(1));

    assertThat(backoff.nextNanos(100 * MILLI, at(0))).isEqualTo(100 * MILLI);
    assertThat(backoff.nextNanos(100 * MILLI, at(200 * MILLI - 1))).isEqualTo(300 * MILLI - 1);
    assertThat(backoff.nextNanos(400 * MILLI, at(600 * MILLI - 1))).isEqualTo(1000 * MILLI - 1);
  }

  @Test
  void onceAtTheMostItStaysThere() {
    var backoff = new Backoff.Jittered(Duration.ofMillis(5), Duration.ofMillis(5));

    assertThat(backoff.nextNanos(Backoff.NONE_YET, random)).isEqualTo(5 * MILLI);
    assertThat(backoff.nextNanos(5 * MILLI, random)).isEqualTo(5 * MILLI);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> new Backoff.Jittered(Duration.ofMillis(2), Duration.ofMillis(1)))
        .hasMessage("back-off: PT0.002S to PT0.001S (expected: above 0, and not falling)");
    assertThatThrownBy(() -> new Backoff.Jittered(Duration.ZERO, Duration.ofMillis(1)))
        .hasMessageContaining("expected: above 0");
  }

  /** Chance that draws {@code value}, and tells when that is not in the range. */
  private static RandomGenerator at(long value) {
    return new RandomGenerator() {
      @Override
      public long nextLong() {
        throw new AssertionError("a bounded number is to be drawn");
      }

      @Override
      public long nextLong(long bound) {
        assertThat(value).isLessThan(bound);
        return value;
      }
    };
  }
}
