package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The controller of {@code spec/client.md} §4.3. */
class ApertureControlTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();

  private final MetricsTree metrics = new MetricsTree();
  private long nanos;

  @Test
  void itBeginsWithOne() {
    assertThat(control(1).width()).isEqualTo(1);
  }

  @Test
  void itIsNeverNarrowerThanTheLeastNorWiderThanThereAreEndpoints() {
    var control = control(4);
    assertThat(control.width()).isEqualTo(4);

    control.among(2);
    assertThat(control.width()).isEqualTo(2);
    control.among(0);

    assertThat(control.width()).isEqualTo(1);
  }

  /** The first sample sets the average; τ later the load weighs 1 − 1/e of it. */
  @Test
  void theOfferedLoadIsAnAverageOverTheWindow() {
    var control = control(1);
    control.change(1);
    assertThat(offered()).isEqualTo(1);

    nanos += 5 * SECOND;
    control.change(1);

    assertThat(offered()).isCloseTo(2 * (1 - Math.exp(-1)) + Math.exp(-1), within(1e-6));
  }

  @Test
  void oneStepAtATimeItWidensAtTheHighLoad() {
    var control = control(1);
    for (int i = 1; i <= 4; i++) {
      control.change(1);
    }
    assertThat(control.width()).isEqualTo(1); // no time passed: the average is still 1

    nanos += 500 * SECOND;
    control.change(0);
    assertThat(control.width()).isEqualTo(2); // 4 a piece
    control.change(0);
    assertThat(control.width()).isEqualTo(3); // 2 a piece
    control.change(0);

    assertThat(control.width()).isEqualTo(3);
    assertThat(metrics.scope("loadband").counter("widen").sum()).isEqualTo(2);
  }

  @Test
  void itNarrowsAtTheLowLoad() {
    var control = control(1);
    control.change(6);
    for (int i = 0; i < 3; i++) {
      control.change(0);
    }
    assertThat(control.width()).isEqualTo(4);
    nanos += 500 * SECOND;

    control.change(-4);
    assertThat(control.width()).isEqualTo(3); // 0.5 a piece
    control.change(0);

    assertThat(control.width()).isEqualTo(3); // 0.67 a piece
    assertThat(metrics.scope("loadband").counter("narrow").sum()).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfAClosedOne() {
    var control = control(1);

    control.close();

    assertThat(metrics.snapshot().at("logical_aperture")).isNull();
  }

  private ApertureControl control(int least) {
    var config = new BalancerConfig.Aperture(5, Duration.ofSeconds(5), 0.5, 2.0, least);
    var control = new ApertureControl(config, () -> nanos, metrics);
    control.among(10);
    return control;
  }

  private double offered() {
    var node = metrics.snapshot().at("loadband/offered_load_ema");
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
