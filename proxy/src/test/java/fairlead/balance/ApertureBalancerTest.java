package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.3. */
class ApertureBalancerTest extends BalancerContract {
  @Override
  BalancerConfig.Algorithm algorithm() {
    return new BalancerConfig.Aperture(5, Duration.ofSeconds(5), 0.5, 2.0, 1);
  }

  @Test
  void withLittleToDoOneEndpointIsEnoughForAllLoops() {
    var client = client(1, 1, 1, 1, 1, 1);
    var picked = new HashSet<String>();

    for (int i = 0; i < 1_000; i++) {
      client.nanos += Duration.ofMillis(10).toNanos();
      var node = client.pick(i % 4);
      node.begin();
      picked.add(node.toString());
      client.nanos += Duration.ofMillis(2).toNanos();
      node.end(Duration.ofMillis(2).toNanos());
    }

    assertThat(picked).hasSize(1);
  }

  @Test
  void whenTheOneInsideIsOutTheNextTakesItsPlace() {
    var client = client(1, 1, 1);
    var inside = client.pick(0);
    inside.shared().status = Node.Status.BUSY;
    client.pickers.shared().changed();

    var next = client.pick(1);
    assertThat(next.shared()).isNotSameAs(inside.shared());
    assertThat(client.count("max_effort_exhausted")).isZero();
    inside.shared().status = Node.Status.OPEN;
    client.pickers.shared().changed();

    assertThat(client.pick(2).shared()).isSameAs(inside.shared());
  }

  @Test
  void theFirstOfTheOrderIsByToken() {
    var client = client(1, 1, 1);
    var least = client.endpoints.stream().min(Comparator.comparingLong(e -> Hashing.of(e.name)));

    assertThat(client.pick(0).shared()).isSameAs(least.orElseThrow());
  }

  @Test
  void whoEntersTheWindowAfterALookAtHealthIsConnectedToAtOnce() {
    var client = client(1, 1, 1);
    var inside = client.pick(0).shared();
    assertThat(client.endpoints).allMatch(endpoint -> endpoint.prepared == 0);

    inside.status = Node.Status.BUSY;
    client.pickers.shared().changed();
    var next = client.pick(0).shared();

    assertThat(next.prepared).isEqualTo(1);
    assertThat(inside.prepared).isZero();
    assertThat(client.endpoints.stream().mapToInt(endpoint -> endpoint.prepared).sum())
        .isEqualTo(1);
    inside.status = Node.Status.OPEN;
    client.pickers.shared().changed();
    assertThat(client.pick(0).shared()).isSameAs(inside);
    assertThat(inside.prepared).isEqualTo(1);
  }
}
