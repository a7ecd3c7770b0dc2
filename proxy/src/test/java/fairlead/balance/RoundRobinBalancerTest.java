package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.5. */
class RoundRobinBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.RoundRobin(5);
  }

  @Test
  void eachLoopGoesRound() {
    var client = client(1, 1, 1);
    var round = List.of(client.pick(0), client.pick(0), client.pick(0));

    assertThat(round).doesNotHaveDuplicates();
    assertThat(List.of(client.pick(0), client.pick(0), client.pick(0))).isEqualTo(round);
  }

  @Test
  void theNeighbourOfWhoIsOutGetsNoMoreThanOthers() {
    var client = client(1, 1, 1, 1);
    client.status(1, Node.Status.BUSY);

    assertThat(traffic(client, 3_000))
        .doesNotContainKey("10.0.0.1:80")
        .allSatisfy((name, n) -> assertThat(n).as(name).isBetween(995, 1005));
  }
}
