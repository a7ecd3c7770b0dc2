package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.2. */
class EwmaBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.Ewma(5, Duration.ofSeconds(10));
  }

  @Test
  void loadOfOtherLoopsIsSeen() {
    assertLoadIsShared();
  }

  @Test
  void whoIsNewIsTriedWithOneRequestAtATime() {
    var client = client(1, 1);
    client.node(0, 0).begin();
    client.nanos += Duration.ofMillis(10).toNanos();
    client.node(0, 0).end(Duration.ofMillis(10).toNanos());

    var first = client.pick(1);
    first.begin();
    var second = client.pick(2);

    assertThat(first).hasToString("10.0.0.1:80");
    assertThat(second).hasToString("10.0.0.0:80");
  }

  @Test
  void whoWasSlowIsAvoidedUntilThatIsForgotten() {
    var client = client(1, 1);
    client.node(0, 0).begin();
    client.node(0, 0).end(Duration.ofSeconds(2).toNanos());
    client.node(0, 1).begin();
    client.node(0, 1).end(Duration.ofMillis(20).toNanos());
    client.nanos += Duration.ofSeconds(10).toNanos();
    assertThat(client.pick(3)).hasToString("10.0.0.1:80");

    // 2 s falls to 20 ms in ln(100) × 10 s, while the other goes on to cost 20 ms.
    for (int i = 0; i < 37; i++) {
      client.nanos += Duration.ofSeconds(1).toNanos();
      client.node(0, 1).begin();
      client.node(0, 1).end(Duration.ofMillis(20).toNanos());
    }

    assertThat(client.pick(3)).hasToString("10.0.0.0:80");
  }
}
