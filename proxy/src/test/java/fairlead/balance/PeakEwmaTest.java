package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

/** The formulae of {@code spec/client.md} §4.2. */
class PeakEwmaTest {
  private static final Duration TAU = Duration.ofSeconds(10);
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final Percentage EXACTLY = Percentage.withPercentage(1e-9);

  private final PeakEwma cost = new PeakEwma(TAU, 2, 5 * SECOND);
  private final PeakEwma.Part one = cost.part(0);
  private final PeakEwma.Part other = cost.part(1);

  @Test
  void withoutHistoryAnIdleEndpointCostsNothingAndABusyOneMuch() {
    assertThat(cost.load(0, 6 * SECOND)).isZero();
    assertThat(cost.load(1, 6 * SECOND)).isEqualTo(140_737_488_355_327.0 + 1);
    assertThat(cost.load(3, 6 * SECOND)).isEqualTo(140_737_488_355_327.0 + 3);
  }

  @Test
  void aPeakCountsAtOnce() {
    one.observe(10 * MILLI, 6 * SECOND);
    one.observe(500 * MILLI, 6 * SECOND + 1);

    assertThat(cost.cost(6 * SECOND + 1)).isCloseTo(500.0 * MILLI, EXACTLY);
  }

  @Test
  void lessIsMixedInByTheTimeSinceTheLast() {
    one.observe(500 * MILLI, 6 * SECOND);
    one.observe(100 * MILLI, 9 * SECOND);

    double w = Math.exp(-0.3);
    assertThat(cost.cost(9 * SECOND)).isCloseTo(500 * MILLI * w + 100 * MILLI * (1 - w), EXACTLY);
  }

  @Test
  void itDecaysWhileNothingComes() {
    one.observe(500 * MILLI, 6 * SECOND);

    assertThat(cost.cost(16 * SECOND)).isCloseTo(500 * MILLI * Math.exp(-1), EXACTLY);
  }

  @Test
  void theLoadIsTheCostOfThoseThatWaitAndOneMore() {
    one.observe(20 * MILLI, 6 * SECOND);

    assertThat(cost.load(4, 6 * SECOND)).isCloseTo(5.0 * 20 * MILLI, EXACTLY);
  }

  @Test
  void aClockThatStandsStillWeighsNothing() {
    one.observe(500 * MILLI, 6 * SECOND);
    one.observe(1 * MILLI, 6 * SECOND);

    assertThat(cost.cost(6 * SECOND)).isCloseTo(500.0 * MILLI, EXACTLY);
  }

  @Test
  void theGreatestCostOfAnyLoopCounts() {
    one.observe(300 * MILLI, 6 * SECOND);
    other.observe(100 * MILLI, 7 * SECOND);
    assertThat(cost.cost(7 * SECOND)).isCloseTo(300 * MILLI * Math.exp(-0.1), EXACTLY);

    other.observe(400 * MILLI, 8 * SECOND);

    assertThat(cost.cost(8 * SECOND)).isCloseTo(400.0 * MILLI, EXACTLY);
  }

  @Test
  void yearsLaterItIsStillExactEnough() {
    long later = Duration.ofDays(3650).toNanos();
    one.observe(10 * MILLI, later);

    assertThat(cost.cost(later)).isCloseTo(10.0 * MILLI, within(1.0 * MILLI / 1000));
  }
}
