package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.Endpoint;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which endpoint a key belongs to. */
class RingTest {
  private static final int KEYS = 20_000;

  static Ring ring(List<SimNode.Shared> endpoints) {
    return Ring.of(endpoints.stream().map(e -> endpoint(e.name, e.weight)).toList());
  }

  private static Endpoint endpoint(String address, double weight) {
    int colon = address.lastIndexOf(':');
    var socket =
        new InetSocketAddress(
            address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
    return new Endpoint(socket, weight, Map.of());
  }

  private static List<Endpoint> endpoints(int count) {
    var all = new ArrayList<Endpoint>();
    for (int i = 0; i < count; i++) {
      all.add(endpoint("10.1.0." + i + ":8080", 1));
    }
    return all;
  }

  @Test
  void everyoneHasAboutTheSameShare() {
    assertThat(Arrays.stream(shares(endpoints(10))).boxed())
        .allSatisfy(share -> assertThat(share).isBetween(KEYS / 10 * 2 / 3, KEYS / 10 * 3 / 2));
  }

  @Test
  void theShareIsInProportionToTheWeight() {
    var all = endpoints(9);
    all.add(endpoint("10.1.0.9:8080", 3));

    int heavy = shares(all)[9];

    assertThat(heavy).isBetween(KEYS * 3 / 12 * 3 / 4, KEYS * 3 / 12 * 5 / 4);
  }

  @Test
  void whoGoesTakesNobodyElsesKeysAlong() {
    var all = endpoints(10);
    var ring = Ring.of(all);
    var less = new ArrayList<>(all);
    less.remove(4);
    var after = Ring.of(less);

    for (int i = 0; i < KEYS; i++) {
      long key = Hashing.of("key" + i);
      var owner = all.get(ring.owner(ring.find(key)));
      if (!owner.equals(all.get(4))) {
        assertThat(less.get(after.owner(after.find(key)))).isEqualTo(owner);
      }
    }
  }

  private static int[] shares(List<Endpoint> endpoints) {
    var ring = Ring.of(endpoints);
    int[] counts = new int[endpoints.size()];
    for (int i = 0; i < KEYS; i++) {
      counts[ring.owner(ring.find(Hashing.of("key" + i)))]++;
    }
    return counts;
  }
}
