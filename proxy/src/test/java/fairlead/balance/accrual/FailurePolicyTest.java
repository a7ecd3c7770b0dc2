package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §7. */
class FailurePolicyTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  @Test
  void fiveFailuresInARowAreTooMany() {
    var policy = FailurePolicy.of(AccrualConfig.DEFAULT, 0);

    for (int i = 0; i < 4; i++) {
      assertThat(policy.failure(0)).isFalse();
    }
    assertThat(policy.failure(0)).isTrue();
    assertThat(policy.reason()).isEqualTo("5 failures in a row");
  }

  @Test
  void aSuccessBetweenThemBeginsAnew() {
    var policy = FailurePolicy.of(AccrualConfig.DEFAULT, 0);

    for (int i = 0; i < 20; i++) {
      assertThat(policy.failure(0)).isFalse();
      if (i % 4 == 3) {
        policy.success(0);
      }
    }
  }

  @Test
  void noneIsNeverTooMany() {
    var policy = FailurePolicy.of(new AccrualConfig.Never(), 0);

    for (int i = 0; i < 1000; i++) {
      assertThat(policy.failure(0)).isFalse();
    }
  }

  @Test
  void anAverageForgetsByItsMeanLife() {
    var average = new MovingAverage(10);

    assertThat(average.add(1, 99)).isEqualTo(1);
    assertThat(average.add(0, 10)).isEqualTo(Math.exp(-1));
    assertThat(average.add(1, 5))
        .isCloseTo(1 - Math.exp(-0.5) + Math.exp(-1) * Math.exp(-0.5), within(1e-12));
  }

  @Test
  void theRateOverRequestsCountsOnlyAfterSoManyRequests() {
    var policy = rate(0.9, 10);

    for (int i = 0; i < 9; i++) {
      assertThat(policy.failure(0)).isFalse();
    }
    assertThat(policy.failure(0)).isTrue();
  }

  /** One failure after many successes: 1 − (1 − e^(−1/N)), compared with the required rate. */
  @Test
  void theRateOverRequestsWeighsEachByOneOverN() {
    double afterOne = Math.exp(-1.0 / 10);

    assertThat(afterSuccesses(rate(afterOne - 1e-9, 10))).isFalse();
    assertThat(afterSuccesses(rate(afterOne + 1e-9, 10))).isTrue();
  }

  private static boolean afterSuccesses(FailurePolicy policy) {
    for (int i = 0; i < 10; i++) {
      policy.success(0);
    }
    return policy.failure(0);
  }

  @Test
  void aRevivalForgetsTheRateOverRequests() {
    var policy = rate(0.9, 2);
    assertThat(policy.failure(0)).isFalse();
    assertThat(policy.failure(0)).isTrue();

    policy.revived(0);

    assertThat(policy.failure(0)).isFalse();
  }

  @Test
  void theRateOverTimeCountsOnlyAfterAWholeWindow() {
    var policy = rateOverTime();

    for (int i = 1; i <= 9; i++) {
      assertThat(policy.failure(i * SECOND)).isFalse();
    }
    assertThat(policy.failure(10 * SECOND)).isTrue();
    assertThat(policy.reason()).isEqualTo("success rate 0.000 is below 0.5");
  }

  @Test
  void theRateOverTimeNeedsFiveRequestsInTheLastWindow() {
    var policy = rateOverTime();

    assertThat(policy.failure(100 * SECOND)).isFalse();
    for (int i = 1; i <= 3; i++) {
      assertThat(policy.failure(100 * SECOND + i)).isFalse();
    }
    assertThat(policy.failure(100 * SECOND + 4)).isTrue();
    assertThat(policy.failure(200 * SECOND)).isFalse();
  }

  @Test
  void theRateOverTimeWeighsByTime() {
    var policy = rateOverTime();
    for (int i = 0; i < 20; i++) {
      policy.success(i * SECOND);
    }

    // w = e^(−6/10): the rate is 0.549 after six seconds, and 0.496 after a seventh.
    assertThat(policy.failure(25 * SECOND)).isFalse();
    policy.success(25 * SECOND); // no time passed: it weighs nothing
    for (int i = 0; i < 4; i++) {
      assertThat(policy.failure(25 * SECOND)).isFalse();
    }
    assertThat(policy.failure(26 * SECOND)).isTrue();
  }

  @Test
  void aRevivalBeginsAnotherWindow() {
    var policy = rateOverTime();
    policy.revived(100 * SECOND);

    for (int i = 0; i < 9; i++) {
      assertThat(policy.failure((101 + i) * SECOND - 1)).isFalse();
    }
    assertThat(policy.failure(110 * SECOND)).isTrue();
  }

  private static FailurePolicy rate(double rate, int requests) {
    return FailurePolicy.of(new AccrualConfig.SuccessRate(rate, requests, Backoff.DEFAULT), 0);
  }

  private static FailurePolicy rateOverTime() {
    return FailurePolicy.of(
        new AccrualConfig.SuccessRateWindowed(0.5, Duration.ofSeconds(10), Backoff.DEFAULT), 0);
  }
}
