package fairlead.balance.accrual;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.balance.accrual.Health.Phase;
import fairlead.telemetry.MetricsTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §7. */
class HealthTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final MetricsTree metrics = new MetricsTree();
  private final AtomicInteger changes = new AtomicInteger();
  private final AtomicInteger revivals = new AtomicInteger();

  @Test
  void fiveFailuresInARowTakeItOutForFiveSeconds() {
    var health = health(AccrualConfig.DEFAULT);

    fail(health, 4);
    assertThat(health.isOpen()).isTrue();
    fail(health, 1);

    assertThat(health.isOpen()).isFalse();
    assertThat(health.state())
        .isEqualTo(
            new Health.State(
                Phase.DEAD, "5 failures in a row, the last one: status 500", seconds(5)));
    assertThat(count("removals")).isEqualTo(1);
    assertThat(count("removed_for_ms")).isEqualTo(5000);
    assertThat(changes).hasValue(1);
  }

  @Test
  void aRefusedConnectionTakesItOutAtOnce() {
    var health = health(AccrualConfig.DEFAULT);

    refuse(health, "a");

    assertThat(health.state().phase()).isEqualTo(Phase.DEAD);
    assertThat(health.state().reason()).isEqualTo("connection refused");
  }

  @Test
  void noneIsNeverOut() {
    var health = health(new AccrualConfig.Never());

    fail(health, 100);
    refuse(health, "a");

    assertThat(health.isOpen()).isTrue();
    assertThat(count("removals")).isZero();
  }

  @Test
  void afterItsTimeOneRequestTriesIt() {
    var health = dead();
    control.advance(seconds(5).minusNanos(1));
    assertThat(health.isOpen()).isFalse();

    control.advance(Duration.ofNanos(1));
    assertThat(health.state().phase()).isEqualTo(Phase.PROBE_OPEN);
    assertThat(health.isOpen()).isTrue();
    assertThat(health.admit("first")).isTrue();

    assertThat(health.isOpen()).isFalse();
    assertThat(health.admit("second")).isFalse();
    assertThat(count("probes")).isEqualTo(1);
  }

  @Test
  void aSuccessOfThatRequestBringsItBackAndBeginsTheDelaysAnew() {
    var health = dead();
    revive(health);

    assertThat(health.state()).isEqualTo(Health.State.ALIVE);
    assertThat(count("revivals")).isEqualTo(1);
    assertThat(revivals).hasValue(1);
    fail(health, 4);
    assertThat(health.isOpen()).isTrue();
    fail(health, 1);
    assertThat(health.state().deadFor()).isEqualTo(seconds(5));
  }

  @Test
  void aFailureOfThatRequestTakesItOutForLonger() {
    var health = dead();
    for (long least = 5; least < 160; least *= 2) {
      probe(health, "probe");
      health.bad("probe", false, 0, () -> "status 503");

      assertThat(health.state().phase()).isEqualTo(Phase.DEAD);
      assertThat(health.state().deadFor()).isBetween(seconds(least), seconds(2 * least));
      assertThat(health.state().reason()).isEqualTo("the request that tried it failed: status 503");
    }
  }

  @Test
  void aFailedProbeOfOneThatRefusedIsEnough() {
    var health = health(AccrualConfig.DEFAULT);
    refuse(health, "a");
    probe(health, "probe");

    health.bad("probe", false, 0, () -> "status 500");

    assertThat(health.state().phase()).isEqualTo(Phase.DEAD);
  }

  /** A rate over time says nothing while there were less than five requests. */
  @Test
  void aFailedProbeThatThePolicyForgivesIsFollowedByAnother() {
    var health =
        health(
            new AccrualConfig.SuccessRateWindowed(
                0.5, seconds(10), new Backoff.Constant(seconds(60))));
    for (int i = 0; i < 5; i++) {
      health.bad("request", false, seconds(10).toNanos(), () -> "status 500");
    }
    assertThat(health.state().phase()).isEqualTo(Phase.DEAD);
    probe(health, "probe");

    health.bad("probe", false, seconds(70).toNanos(), () -> "status 500");

    assertThat(health.state().phase()).isEqualTo(Phase.PROBE_OPEN);
  }

  @Test
  void aProbeThatSaysNothingIsFollowedByAnother() {
    var health = dead();
    probe(health, "probe");

    health.ignored("probe");

    assertThat(health.state().phase()).isEqualTo(Phase.PROBE_OPEN);
    assertThat(health.admit("next")).isTrue();
    assertThat(count("probes")).isEqualTo(2);
  }

  @Test
  void onlyTheProbeDecides() {
    var health = dead();
    probe(health, "probe");

    health.good("old", 0);
    health.bad("old", true, 0, () -> "reset");
    health.ignored("old");

    assertThat(health.state().phase()).isEqualTo(Phase.PROBE_CLOSED);
    assertThat(health.isTriedBy("probe")).isTrue();
    assertThat(health.isTriedBy("old")).isFalse();
  }

  @Test
  void failuresWhileItIsOutDoNotProlongIt() {
    var health = dead();

    fail(health, 100);
    refuse(health, "a");

    assertThat(count("removals")).isEqualTo(1);
    control.advance(seconds(5));
    assertThat(health.state().phase()).isEqualTo(Phase.PROBE_OPEN);
  }

  @Test
  void ofManyThreadsOneGetsTheProbe() throws Exception {
    var health = dead();
    control.advance(seconds(5));
    int threads = 8;
    var start = new CountDownLatch(1);
    List<Future<Boolean>> tries = new ArrayList<>();

    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int i = 0; i < threads; i++) {
        var request = new Object();
        tries.add(
            pool.submit(
                () -> {
                  start.await();
                  return health.admit(request);
                }));
      }
      start.countDown();
    }

    assertThat(tries.stream().filter(Future::resultNow).count()).isEqualTo(1);
    assertThat(count("probes")).isEqualTo(1);
  }

  @Test
  void nothingIsLeftOfAClosedOne() {
    var health = dead();

    health.close();

    assertThat(control.timers()).isZero();
  }

  private Health dead() {
    var health = health(AccrualConfig.DEFAULT);
    fail(health, 5);
    return health;
  }

  private void revive(Health health) {
    probe(health, "probe");
    health.good("probe", 0);
  }

  private void probe(Health health, String request) {
    control.advance(health.state().deadFor());
    assertThat(health.admit(request)).isTrue();
  }

  private static void fail(Health health, int times) {
    for (int i = 0; i < times; i++) {
      health.bad("request", false, 0, () -> "status 500");
    }
  }

  private static void refuse(Health health, String request) {
    health.bad(request, true, 0, () -> "connection refused");
  }

  private Health health(AccrualConfig config) {
    var shared = AccrualShared.in(metrics, config, "#/test/web", control, changes::incrementAndGet);
    var health = new Health(shared, "127.0.0.1:80", 1);
    health.onRevival(revivals::incrementAndGet);
    return health;
  }

  private long count(String name) {
    return metrics.counter(name).sum();
  }

  private static Duration seconds(long seconds) {
    return Duration.ofSeconds(seconds);
  }
}
