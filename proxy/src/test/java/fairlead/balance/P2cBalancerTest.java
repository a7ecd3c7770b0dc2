package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.1. */
class P2cBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.P2c(5);
  }

  @Test
  void loadOfOtherLoopsIsSeen() {
    assertLoadIsShared();
  }

  @Test
  void fault20_exhaustedEffortIsCounted() {
    var client = client(1, 1);
    client.status(0, Node.Status.BUSY);
    client.status(1, Node.Status.BUSY);

    client.pick(0);

    assertThat(client.count("max_effort_exhausted")).isEqualTo(1);
    assertThat(client.count("rebuilds")).isEqualTo(1);
  }
}
