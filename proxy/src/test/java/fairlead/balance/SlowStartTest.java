package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Our own: an endpoint's share of its turns while it starts. */
class SlowStartTest {
  private final SlowStart slow = new SlowStart(Duration.ofSeconds(10), 0.2);

  @Test
  void theShareGrowsFromTheFloorToAllOfThem() {
    assertThat(slow.share(0)).isEqualTo(0.2);
    assertThat(slow.share(seconds(1))).isEqualTo(0.2);
    assertThat(slow.share(seconds(5))).isEqualTo(0.5);
    assertThat(slow.share(seconds(10))).isEqualTo(1);
    assertThat(slow.share(seconds(100))).isEqualTo(1);
  }

  @Test
  void withoutItEverybodyHasAllOfThemAtOnce() {
    assertThat(SlowStart.OFF.share(0)).isEqualTo(1);
  }

  @Test
  void anEndpointStartsSlowlyWhenItIsToldTo() {
    var health = new Healths(new FakeSerialExecutor()).health("a");
    var state = new EndpointState(new Sessions(1), null, health, null, null, slow, 0);
    assertThat(state.share(0)).isEqualTo(1);

    state.startSlowly(seconds(100));

    assertThat(state.share(seconds(105))).isEqualTo(0.5);
    assertThat(state.share(seconds(110))).isEqualTo(1);
  }

  private static long seconds(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }
}
