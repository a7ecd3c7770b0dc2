package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeadlineTest {
  private static final long NOW = 1_700_000_000_000_000_000L;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long HOUR = Duration.ofHours(1).toNanos();

  /** The clock of whoever said it is behind ours, or ours has jumped ahead. */
  @Test
  void fault28_aDeadlineOfAnHourAgoCountsFromItsArrival() {
    var said = new Deadline(NOW - HOUR, NOW - HOUR + 2 * SECOND);

    var meant = said.arrivedAt(NOW);

    assertThat(meant.leftNanos(NOW)).isEqualTo(2 * SECOND);
    assertThat(meant.show()).isEqualTo(NOW + " " + (NOW + 2 * SECOND));
  }

  /** The clock of whoever said it is ahead of ours, or ours has jumped back. */
  @Test
  void fault28_aDeadlineOfTheFutureGivesNoMoreThanWasGiven() {
    var said = new Deadline(NOW + HOUR, NOW + HOUR + 2 * SECOND);

    assertThat(said.arrivedAt(NOW).leftNanos(NOW)).isEqualTo(2 * SECOND);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 60, 599})
  void oneThatIsOverForMinutesIsOver(long seconds) {
    var said = new Deadline(NOW - HOUR, NOW - seconds * SECOND);

    assertThat(said.arrivedAt(NOW).leftNanos(NOW)).isEqualTo(-seconds * SECOND);
  }

  @Test
  void oneThatWasOverBeforeItBeganStaysSo() {
    assertThat(new Deadline(NOW, NOW - HOUR).arrivedAt(NOW).leftNanos(NOW)).isNegative();
    assertThat(new Deadline(Long.MIN_VALUE, Long.MIN_VALUE).arrivedAt(NOW).leftNanos(NOW)).isZero();
    assertThat(new Deadline(0, Long.MAX_VALUE).arrivedAt(NOW).leftNanos(NOW)).isPositive();
  }
}
