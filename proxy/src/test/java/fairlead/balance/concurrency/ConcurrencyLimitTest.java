package fairlead.balance.concurrency;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Limits that are learnt, in simulated time ({@code docs/balancing.md}). */
class ConcurrencyLimitTest {
  private static final ConcurrencyConfig CONFIG = ConcurrencyConfig.DEFAULT;
  private static final long MILLI = 1_000_000;

  @Test
  void whenCapacityFallsTheLimitFollowsAndTheRestIsServedInTime() {
    var limited = new SimulatedBackend(16, CONFIG);
    var unlimited = new SimulatedBackend(16, null);
    assertThat(limited.run(1000, Duration.ofMinutes(1)).good()).isBetween(950.0, 1050.0);
    assertThat(unlimited.run(1000, Duration.ofMinutes(1)).good()).isBetween(950.0, 1050.0);

    limited.workers(4); // 400 a second
    unlimited.workers(4);
    limited.run(1000, Duration.ofSeconds(10));
    unlimited.run(1000, Duration.ofSeconds(10));
    var kept = limited.run(1000, Duration.ofMinutes(1));
    var lost = unlimited.run(1000, Duration.ofMinutes(1));

    assertThat(kept.good()).isGreaterThan(370);
    assertThat(lost.good()).isLessThan(40);
    assertThat(limit(limited)).isLessThan(20);
  }

  @Test
  void whenCapacityIsBackTheLimitIsToo() {
    var backend = new SimulatedBackend(16, CONFIG);
    backend.run(1000, Duration.ofMinutes(1));
    backend.workers(4);
    backend.run(1000, Duration.ofMinutes(1));

    backend.workers(16);
    backend.run(1000, Duration.ofSeconds(15));
    var after = backend.run(1000, Duration.ofMinutes(1));

    assertThat(after.good()).isGreaterThan(940);
    assertThat(after.refused()).isLessThan(20);
  }

  @Test
  void underMoreThanItBearsItDoesAllItCanForLong() {
    var backend = new SimulatedBackend(16, CONFIG); // 1600 a second
    backend.run(500, Duration.ofMinutes(1));

    backend.run(3200, Duration.ofMinutes(9));
    var last = backend.run(3200, Duration.ofMinutes(1));

    assertThat(last.good()).isGreaterThan(1500);
    assertThat(limit(backend)).isLessThan(80);
  }

  @Test
  void whenAllTakesThreeTimesAsLongTheBaselineIsLearntAnew() {
    var backend = new SimulatedBackend(200, CONFIG);
    backend.run(1000, Duration.ofMinutes(1));

    backend.slowness(3); // nothing waits: there are workers enough
    backend.run(1000, Duration.ofMinutes(2));
    var after = backend.run(1000, Duration.ofMinutes(1));

    assertThat(after.good()).isGreaterThan(970);
    assertThat(baselineMillis(backend)).isBetween(20.0, 40.0);
  }

  @Test
  void idleTimeChangesNothing() {
    var backend = new SimulatedBackend(16, CONFIG);
    backend.run(1000, Duration.ofMinutes(1));
    int before = limit(backend);

    backend.run(0, Duration.ofHours(1));
    backend.run(2, Duration.ofHours(1));

    assertThat(limit(backend)).isGreaterThanOrEqualTo(before);
    assertThat(backend.run(1000, Duration.ofMinutes(1)).refused()).isLessThan(5);
  }

  @Test
  void aLimitThatIsNotReachedDoesNotGrow() {
    var backend = new SimulatedBackend(16, CONFIG);

    backend.run(50, Duration.ofMinutes(10)); // half a request at a time

    assertThat(limit(backend)).isEqualTo(CONFIG.initialLimit());
  }

  @Test
  void noLimitLeavesItsBounds() {
    var config = new ConcurrencyConfig(3, 5, 9, 1.5, Duration.ofMillis(500), Duration.ofHours(1));
    var limit = new ConcurrencyLimit(config, 1, 0, 0);
    long now = windows(limit, 0, 20, 10 * MILLI);
    assertThat(limit.limit()).isEqualTo(9);

    windows(limit, now, 20, 100 * MILLI);

    assertThat(limit.limit()).isBetween(3, 5);
  }

  @Test
  void quickErrorsSayNothing() {
    var limit = new ConcurrencyLimit(CONFIG, 1, 0, 0);
    long now = windows(limit, 0, 1, 10 * MILLI);

    for (int i = 0; i < 1000; i++) {
      now += MILLI;
      limit.observe(0, MILLI / 10, false, now);
    }

    assertThat(limit.baseline()).isEqualTo(Duration.ofMillis(10));
  }

  @Test
  void whatIsGivenUpAfterLongLowersTheLimit() {
    var limit = new ConcurrencyLimit(CONFIG, 1, 0, 0);
    long now = windows(limit, 0, 4, 10 * MILLI);
    int before = limit.limit();

    for (int i = 0; i < 100; i++) {
      now += 10 * MILLI;
      limit.admitted(limit.limit());
      limit.observe(0, 1000 * MILLI, false, now);
    }

    assertThat(limit.limit()).isLessThan(before);
  }

  /** So many windows of a full endpoint; the time afterwards. */
  private static long windows(ConcurrencyLimit limit, long from, int windows, long took) {
    long now = from;
    for (int i = 0; i < windows * 51; i++) {
      now += 10 * MILLI;
      limit.admitted(limit.limit());
      limit.observe(0, took, true, now);
    }
    return now;
  }

  private static int limit(SimulatedBackend backend) {
    return backend.limit == null ? 0 : backend.limit.limit();
  }

  private static double baselineMillis(SimulatedBackend backend) {
    return backend.limit == null ? 0 : backend.limit.baseline().toNanos() / 1e6;
  }
}
