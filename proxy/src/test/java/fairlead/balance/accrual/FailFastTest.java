package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §8. */
class FailFastTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final MetricsTree metrics = new MetricsTree();
  private final FailFastShared shared = new FailFastShared(control, metrics);
  private final Health health =
      new Health(
          AccrualShared.in(new MetricsTree(), AccrualConfig.DEFAULT, "web", control, () -> {}),
          "127.0.0.1:80",
          1);
  private final List<Long> triedAt = new ArrayList<>();
  private boolean reachable;
  private final FailFast failFast =
      new FailFast(
          shared,
          health,
          done -> {
            triedAt.add(control.nanos());
            done.accept(reachable);
          },
          new SplittableRandom(1));

  @Test
  void aFailedConnectionCutsItOff() {
    failFast.unconnected();
    failFast.unconnected();

    assertThat(failFast.isCutOff()).isTrue();
    assertThat(health.isOpen()).isFalse();
    assertThat(metrics.counter("marked_dead").sum()).isEqualTo(1);
    assertThat(gauge("is_marked_dead")).isEqualTo(1);
  }

  @Test
  void aConnectionInTheBackgroundBringsItBack() {
    failFast.unconnected();
    control.advance(Duration.ofMillis(999));
    assertThat(triedAt).isEmpty();
    assertThat(gauge("unhealthy_for_ms")).isEqualTo(999);
    assertThat(gauge("unhealthy_num_tries")).isEqualTo(1);
    reachable = true;

    control.advance(Duration.ofMillis(1));

    assertThat(failFast.isCutOff()).isFalse();
    assertThat(health.isOpen()).isTrue();
    assertThat(metrics.counter("marked_available").sum()).isEqualTo(1);
    assertThat(gauge("is_marked_dead")).isZero();
    assertThat(control.timers()).isZero();
  }

  @Test
  void sixteenTriesGrowFartherApartAndThenOneComesEvery32Seconds() {
    failFast.unconnected();

    control.advance(Duration.ofMinutes(20));

    assertThat(triedAt.getFirst()).isEqualTo(Duration.ofSeconds(1).toNanos());
    for (int i = 1; i < 16; i++) {
      long bound = Math.min(32, 1L << i);
      assertThat(triedAt.get(i) - triedAt.get(i - 1))
          .isBetween(0L, Duration.ofSeconds(bound).toNanos());
    }
    for (int i = 16; i < triedAt.size(); i++) {
      assertThat(triedAt.get(i) - triedAt.get(i - 1)).isEqualTo(Duration.ofSeconds(32).toNanos());
    }
    assertThat(triedAt).hasSizeGreaterThan(30);
  }

  @Test
  void nothingIsLeftOfAClosedOne() {
    failFast.unconnected();

    failFast.close();

    assertThat(control.timers()).isZero();
    assertThat(gauge("is_marked_dead")).isZero();
  }

  private double gauge(String name) {
    var node = metrics.snapshot().at(name);
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
