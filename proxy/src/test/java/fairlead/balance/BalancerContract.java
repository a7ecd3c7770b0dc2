package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fairlead.balance.Node.Status;
import fairlead.telemetry.MetricsSnapshot.Value;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What every balancer does: {@code spec/client.md} §4, §5. */
abstract class BalancerContract {
  private static final int LOOPS = 4;

  /** Enough sessions for an aperture to be as wide as it gets. */
  private static final int OUTSTANDING = 100;

  abstract BalancerConfig.Algorithm algorithm();

  @Test
  void nobodyIsPickedOutOfNobody() {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(1);

    assertThat(client().pickers.over(List.<SimNode>of(), null, random).pick(Picker.ANYWHERE))
        .isNull();
  }

  @Test
  void oneEndpointIsPickedAlways() {
    assertThat(traffic(client(1), 100)).containsExactly(Map.entry("10.0.0.0:80", 100));
  }

  @Test
  void underLoadAllTakeTheirShare() {
    var picked = traffic(client(1, 1, 1, 1, 1), 50_000);

    assertThat(picked).hasSize(5);
    picked.values().forEach(n -> assertThat(n).isBetween(7_000, 13_000));
  }

  @Test
  void whoIsOutIsNotPickedWhileOthersAreNot() {
    var client = client(1, 1, 1);
    client.status(1, Status.BUSY);

    var picked = traffic(client, 5_000);

    assertThat(picked.getOrDefault("10.0.0.1:80", 0)).isLessThan(5_000 / 100);
    assertThat(picked).containsKeys("10.0.0.0:80", "10.0.0.2:80");
  }

  @Test
  void whoIsBackIsPickedAgain() {
    var client = client(1, 1, 1);
    client.status(1, Status.BUSY);
    traffic(client, 1_000);

    client.status(1, Status.OPEN);

    assertThat(traffic(client, 10_000).getOrDefault("10.0.0.1:80", 0)).isGreaterThan(2_000);
  }

  @Test
  void fault20_whenAllAreOutOneIsPickedAllTheSame() {
    var client = client(1, 1, 1);
    for (int i = 0; i < 3; i++) {
      client.status(i, Status.BUSY);
    }

    assertThat(traffic(client, 1_000).values().stream().mapToInt(n -> n).sum()).isEqualTo(1_000);
  }

  @Test
  void classesShareByWeight() {
    var picked = traffic(client(2, 1, 1), 40_000);

    assertThat(picked.get("10.0.0.0:80")).isCloseTo(20_000, within(3_000));
  }

  @Test
  void theNameIsInTheGauge() {
    var client = client(1, 1);

    var node = client.metrics.snapshot().at("algorithm/" + algorithm().gauge());
    assertThat(node == null ? null : node.value()).isEqualTo(new Value.Level(1));
  }

  final SimClient client(double... weights) {
    return new SimClient(algorithm(), LOOPS, 1, weights);
  }

  /** How often each was picked, with the loops in turn and each request as long as the others. */
  static Map<String, Integer> traffic(SimClient client, int requests) {
    record Running(SimNode node, long since) {}
    var counts = new HashMap<String, Integer>();
    var running = new ArrayDeque<Running>();
    for (int i = 0; i < requests; i++) {
      client.nanos += Duration.ofMillis(1).toNanos();
      var node = client.pick(i % LOOPS, Hashing.of("user" + i));
      node.begin();
      counts.merge(node.toString(), 1, Integer::sum);
      running.add(new Running(node, client.nanos));
      if (running.size() > OUTSTANDING) {
        var done = running.remove();
        done.node.end(client.nanos - done.since);
      }
    }
    running.forEach(left -> left.node.end(client.nanos - left.since));
    return counts;
  }

  /** Load that another loop brings is seen. */
  final void assertLoadIsShared() {
    var client = client(1, 1);
    for (int i = 0; i < 50; i++) {
      client.nanos += Duration.ofSeconds(1).toNanos();
      client.node(0, 0).begin();
      client.node(0, 1).begin();
      client.node(0, 1).end(Duration.ofMillis(10).toNanos());
      client.node(2, 0).begin();
      client.node(2, 0).end(Duration.ofMillis(10).toNanos());
    }

    for (int i = 0; i < 100; i++) {
      assertThat(client.pick(1)).hasToString("10.0.0.1:80");
    }
  }
}
