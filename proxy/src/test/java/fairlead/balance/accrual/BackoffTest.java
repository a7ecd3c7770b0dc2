package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/client.md} §7, {@code spec/http.md} §10.2. */
class BackoffTest {
  @Test
  void theConstantOneIsAlwaysTheSame() {
    var delays = Backoff.begin(new Backoff.Constant(Duration.ofMillis(7)), random(1));

    assertThat(delays.next()).hasMillis(7);
    assertThat(delays.next()).hasMillis(7);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theDefaultIsFiveSecondsAndThenHalfOfADoublingTimeAndAsMuchByChance(long seed) {
    var delays = Backoff.begin(Backoff.DEFAULT, random(seed));

    assertThat(delays.next()).hasSeconds(5);
    for (long half = 5; half < 160; half *= 2) {
      assertThat(delays.next()).isBetween(Duration.ofSeconds(half), Duration.ofSeconds(2 * half));
    }
    assertThat(delays.next()).isBetween(Duration.ofSeconds(160), Duration.ofSeconds(300));
    assertThat(delays.next()).hasSeconds(300);
    assertThat(delays.next()).hasSeconds(300);
  }

  @Test
  void theDefaultDrawsItsUpperHalf() {
    var drawn =
        random(7)
            .longs(200)
            .mapToObj(
                seed -> {
                  var delays = Backoff.begin(Backoff.DEFAULT, random(seed));
                  delays.next();
                  return delays.next().toMillis();
                })
            .toList();

    assertThat(drawn).anyMatch(ms -> ms < 5500).anyMatch(ms -> ms > 9500);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void theJitteredOneNeverDecreasesNorMoreThanTreblesAndStaysAtItsLongest(long seed) {
    var config = new Backoff.Jittered(Duration.ofMillis(100), Duration.ofSeconds(1));
    var delays = Backoff.begin(config, random(seed));

    Duration last = delays.next();
    assertThat(last).hasMillis(100);
    for (int i = 0; i < 100; i++) {
      Duration next = delays.next();
      assertThat(next)
          .isBetween(last, last.multipliedBy(3))
          .isLessThanOrEqualTo(Duration.ofSeconds(1));
      last = next;
    }
    assertThat(last).isGreaterThan(Duration.ofMillis(950));
  }

  private static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
