package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §9. */
class NackAdmissionTest {
  private static final long MILLI = Duration.ofMillis(1).toNanos();
  private static final long TWO_MINUTES = Duration.ofMinutes(2).toNanos();

  private final MetricsTree metrics = new MetricsTree();
  private final NackAdmission nacks = new NackAdmission(2, metrics);
  private long now = TWO_MINUTES;

  @Test
  void nothingIsHeldBackWhileNothingIsRefused() {
    for (int i = 0; i < 1000; i++) {
      nacks.ended(0, false, now += MILLI);
    }

    assertThat(rate()).isEqualTo(1);
    assertThat(nacks.dropProbability()).isZero();
  }

  @Test
  void aNackWeighsByTheTimeSinceTheLastAttemptOfAnyLoop() {
    nacks.ended(0, false, now);
    nacks.ended(1, false, now += MILLI);

    nacks.ended(0, true, now += TWO_MINUTES);

    assertThat(rate()).isCloseTo(Math.exp(-1), within(1e-6));
  }

  @Test
  void belowHalfASharePassesThatFallsWithTheRate() {
    nacks.ended(0, false, now);
    for (int i = 0; i < 99; i++) {
      nacks.ended(0, true, now += TWO_MINUTES / 100);
    }
    assertThat(nacks.dropProbability()).isZero(); // fewer than five a second

    for (int i = 0; i < 5; i++) {
      nacks.ended(0, true, now += MILLI);
    }

    assertThat(rate()).isLessThan(0.5);
    assertThat(nacks.dropProbability()).isCloseTo(1 - 2 * rate(), within(1e-6));
  }

  @Test
  void neverMoreThanThreeOfFourAreHeldBack() {
    refuseEverything();

    assertThat(rate()).isLessThan(0.01);
    assertThat(nacks.dropProbability()).isEqualTo(0.75);
  }

  @Test
  void itEndsOnceTheBackendsAccept() {
    refuseEverything();

    for (int i = 0; i < 850; i++) { // 85 s: the rate is 1 − e^(−85/120), 0.51
      nacks.ended(0, false, now += 100 * MILLI);
    }

    assertThat(rate()).isCloseTo(1 - Math.exp(-85.0 / 120), within(0.01));
    assertThat(nacks.dropProbability()).isZero();
  }

  private void refuseEverything() {
    nacks.ended(0, false, now);
    for (int i = 0; i < 20_000; i++) {
      nacks.ended(0, true, now += 100 * MILLI);
    }
  }

  private double rate() {
    var node = metrics.snapshot().at("ema_value");
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
