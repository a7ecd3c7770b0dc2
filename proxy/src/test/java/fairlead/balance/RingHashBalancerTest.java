package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import org.junit.jupiter.api.Test;

/** Affinity: the same endpoint for the same key. */
class RingHashBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.RingHash(5, new BalancerConfig.Affinity.CallerAddress());
  }

  @Test
  void theSameKeyGoesToTheSameEndpointOnEveryLoop() {
    var client = client(1, 1, 1, 1, 1);

    for (int user = 0; user < 200; user++) {
      long key = Hashing.of("user" + user);
      var picked = client.pick(0, key).toString();
      for (int loop = 1; loop < 4; loop++) {
        assertThat(client.pick(loop, key)).hasToString(picked);
      }
    }
  }

  @Test
  void whoseEndpointIsOutGoesElsewhereAndTheOthersStay() {
    var client = client(1, 1, 1, 1, 1);
    var before = new HashMap<Long, String>();
    for (int user = 0; user < 500; user++) {
      long key = Hashing.of("user" + user);
      before.put(key, client.pick(0, key).toString());
    }

    client.status(2, Node.Status.BUSY);

    before.forEach(
        (key, was) -> {
          var now = client.pick(0, key).toString();
          if (was.equals("10.0.0.2:80")) {
            assertThat(now).isNotEqualTo(was);
          } else {
            assertThat(now).isEqualTo(was);
          }
        });
    client.status(2, Node.Status.OPEN);
    before.forEach((key, was) -> assertThat(client.pick(0, key)).hasToString(was));
  }

  @Test
  void withoutAKeyTheLessLoadedIsPicked() {
    assertLoadIsShared();
  }
}
