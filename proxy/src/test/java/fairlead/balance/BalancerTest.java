package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Published;
import fairlead.activity.State;
import fairlead.activity.Variable;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** {@code spec/routing.md} §4.5, {@code spec/client.md} §6. */
class BalancerTest {
  private static final Endpoint A =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  private static final Endpoint B =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2));

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final Published<Members> members = new Published<>(control);
  private final MetricsTree metrics = new MetricsTree();
  private final Variable<Addr> addr = new Variable<>();
  private final Balancer balancer = new Balancer(addr.activity(), members, metrics, () -> {});

  @Test
  void nothingIsKnownWhileTheSetIsPending() {
    set(new State.Pending<>());

    assertThat(members.read()).isNull();
  }

  @Test
  void aFailureIsToldOnlyBeforeTheFirstSet() {
    set(new State.Failed<>("no agent"));
    assertThat(members.read()).isEqualTo(new Members.Unavailable("no agent"));

    set(live(A, B));
    set(new State.Failed<>("no agent"));
    set(new State.Pending<>());

    assertThat(members.read()).isEqualTo(known(A, B));
  }

  @Test
  void aNegativeEmptiesTheSet() {
    set(live(A, B));
    set(new State.Ok<>(new Addr.Neg()));

    assertThat(members.read()).isEqualTo(known());
    assertThat(gauge("size")).isZero();
  }

  @Test
  void changesAreCounted() {
    set(live(A));
    set(live(A, B));
    set(live(B));

    assertThat(metrics.counter("adds").sum()).isEqualTo(2);
    assertThat(metrics.counter("removes").sum()).isEqualTo(1);
    assertThat(metrics.counter("updates").sum()).isEqualTo(3);
    assertThat(gauge("size")).isEqualTo(1);
    assertThat(gauge("available")).isEqualTo(1);
  }

  @Test
  void anotherWeightIsNoOtherEndpoint() {
    set(live(A, B));
    var heavier = new Endpoint(A.address(), 3.0, Map.of());
    set(live(heavier, B));

    assertThat(members.read()).isEqualTo(known(heavier, B));
    assertThat(metrics.counter("removes").sum()).isZero();
    assertThat(gauge("num_weight_classes")).isEqualTo(2);
    assertThat(gauge("meanweight")).isEqualTo(2);
  }

  @Test
  void fault16_anAddressThatIsThereTwiceCountsOnce() {
    set(live(A, new Endpoint(A.address(), 2.0, Map.of("nodeName", "n")), B));

    assertThat(members.read())
        .isEqualTo(known(new Endpoint(A.address(), 2.0, Map.of("nodeName", "n")), B));
    assertThat(gauge("size")).isEqualTo(2);
  }

  @Test
  void nothingIsLeftOfAClosedOne() {
    set(live(A));
    balancer.close();

    assertThat(metrics.snapshot().at("size")).isNull();
    assertThat(addr.running()).isFalse();
  }

  private void set(State<Addr> state) {
    control.run(() -> addr.set(state));
  }

  private static State<Addr> live(Endpoint... endpoints) {
    return new State.Ok<>(new Addr.Live(Set.of(endpoints)));
  }

  private static Members known(Endpoint... endpoints) {
    return new Members.Known(List.of(endpoints), Map.of());
  }

  private double gauge(String name) {
    var node = metrics.snapshot().at(name);
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
