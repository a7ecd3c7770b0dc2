package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.4. */
class HeapBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.Heap();
  }

  @Test
  void loadOfOtherLoopsIsSeen() {
    assertLoadIsShared();
  }

  @Test
  void theLeastLoadedOfAllIsPicked() {
    var client = client(1, 1, 1, 1, 1, 1, 1, 1);
    for (int i = 0; i < 8; i++) {
      for (int n = 0; n < (i == 5 ? 1 : 2); n++) {
        client.node(i % 4, i).begin();
      }
    }

    for (int loop = 0; loop < 4; loop++) {
      assertThat(client.pick(loop)).hasToString("10.0.0.5:80");
    }
  }

  @Test
  void ofSeveralAlikeAnyIsPicked() {
    var client = client(1, 1, 1, 1, 1);
    var counts = new HashMap<String, Integer>();

    for (int i = 0; i < 10_000; i++) {
      counts.merge(client.pick(0).toString(), 1, Integer::sum);
    }

    assertThat(counts).hasSize(5);
    counts.values().forEach(n -> assertThat(n).isBetween(1_800, 2_200));
  }

  @Test
  void whenAllAreOutTheLeastLoadedIsPicked() {
    var client = client(1, 1);
    client.status(0, Node.Status.BUSY);
    client.status(1, Node.Status.BUSY);
    client.node(2, 0).begin();

    assertThat(client.pick(0)).hasToString("10.0.0.1:80");
  }
}
