package fairlead.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LatenessTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Lateness lateness = new Lateness();

  @Test
  void fault34_whoWasAwayWaitsAsLongAgainOnce() {
    assertThat(lateness.grace(SECOND / 2)).isEqualTo(SECOND / 2);

    assertThat(lateness.grace(SECOND / 2)).as("late again: it is time").isZero();
    assertThat(lateness.grace(SECOND / 2)).as("another wait").isEqualTo(SECOND / 2);
  }

  @Test
  void fault34_anHourIsExcusedByASecond() {
    assertThat(lateness.grace(3600 * SECOND)).isEqualTo(SECOND);
  }

  @Test
  void aBusyLoopIsNotOneThatStoodStill() {
    assertThat(lateness.grace(0)).isZero();
    assertThat(lateness.grace(TimeUnit.MILLISECONDS.toNanos(99))).isZero();
  }
}
