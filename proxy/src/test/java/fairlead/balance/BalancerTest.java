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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code spec/routing.md} §4.5, {@code spec/client.md} §6. */
class BalancerTest {
  private static final Endpoint A =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
  private static final Endpoint B =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 2));

  private static final Endpoint C =
      new Endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), 3));

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final Healths health = new Healths(control);
  private final Published<Members> members = new Published<>(control);
  private final MetricsTree metrics = new MetricsTree();
  private final Variable<Addr> addr = new Variable<>();
  private final List<InetSocketAddress> made = new ArrayList<>();
  private final List<EndpointState> late = new ArrayList<>();
  private @Nullable Balancer running;

  @BeforeEach
  void start() {
    start(false);
  }

  private void start(boolean probation) {
    if (running != null) {
      running.close();
    }
    var config = new BalancerConfig(new BalancerConfig.P2c(5), probation, SlowStart.OFF);
    var parts = new Balancer.Parts(config, members, this::state, late::add, () -> {});
    running = new Balancer(addr.activity(), parts, metrics, control::nanos);
  }

  private EndpointState state(InetSocketAddress address) {
    made.add(address);
    return States.state(health.health(address.toString()));
  }

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

    assertThat(members.read()).satisfies(known(A, B));
  }

  @Test
  void aNegativeEmptiesTheSet() {
    set(live(A, B));
    set(new State.Ok<>(new Addr.Neg()));

    assertThat(members.read()).satisfies(known());
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

    assertThat(members.read()).satisfies(known(heavier, B));
    assertThat(metrics.counter("removes").sum()).isZero();
    assertThat(gauge("num_weight_classes")).isEqualTo(2);
    assertThat(gauge("meanweight")).isEqualTo(2);
  }

  @Test
  void fault16_anAddressThatIsThereTwiceCountsOnce() {
    set(live(A, new Endpoint(A.address(), 2.0, Map.of("nodeName", "n")), B));

    assertThat(members.read())
        .satisfies(known(new Endpoint(A.address(), 2.0, Map.of("nodeName", "n")), B));
    assertThat(gauge("size")).isEqualTo(2);
  }

  @Test
  void theStateOfAnEndpointLastsAsLongAsItIsKnown() {
    set(live(A, B));
    set(live(new Endpoint(A.address(), 3.0, Map.of())));
    set(live(A, B));

    assertThat(made).containsExactly(A.address(), B.address(), B.address());
  }

  /** A check that fails and passes once a second: the others are not touched. */
  @Test
  void fault12_anEndpointThatComesAndGoesDisturbsNobodyElse() {
    set(live(A, B));
    for (int i = 0; i < 60; i++) {
      set(live(A));
      set(live(A, B));
    }

    assertThat(made.stream().filter(A.address()::equals)).hasSize(1);
    assertThat(metrics.counter("adds").sum()).isEqualTo(62);
    assertThat(metrics.counter("removes").sum()).isEqualTo(60);
    assertThat(control.timers()).isZero();
  }

  @Test
  void thoseOfTheFirstSetAreNotNew() {
    set(live(A));
    assertThat(late).isEmpty();

    set(live(A, B));

    assertThat(late).hasSize(1);
  }

  @Test
  void whoIsOutIsCounted() {
    set(live(A, B));
    health.refuse(0);

    assertThat(gauge("size")).isEqualTo(2);
    assertThat(gauge("available")).isEqualTo(1);
    assertThat(gauge("busy")).isEqualTo(1);
    assertThat(gauge("closed")).isZero();
  }

  @Test
  void withProbationADroppedEndpointStaysWhileItIsOpen() {
    start(true);
    set(live(A, B));
    set(live(B));
    assertThat(members.read()).satisfies(known(A, B));
    assertThat(metrics.counter("removes").sum()).isZero();

    health.refuse(0);
    assertThat(members.read()).satisfies(known(A, B));
    set(live(B, C));

    assertThat(members.read()).satisfies(known(B, C));
    assertThat(metrics.counter("removes").sum()).isEqualTo(1);
  }

  @Test
  void noTimerIsLeftOfEndpointsThatWent() {
    set(live(A, B));
    health.refuse(0);
    health.refuse(1);
    assertThat(control.timers()).isEqualTo(2);

    set(live(B));
    assertThat(control.timers()).isEqualTo(1);
    java.util.Objects.requireNonNull(running).close();

    assertThat(control.timers()).isZero();
  }

  @Test
  void nothingIsLeftOfAClosedOne() {
    set(live(A));
    java.util.Objects.requireNonNull(running).close();

    assertThat(metrics.snapshot().at("size")).isNull();
    assertThat(addr.running()).isFalse();
  }

  private void set(State<Addr> state) {
    control.run(() -> addr.set(state));
  }

  private static State<Addr> live(Endpoint... endpoints) {
    return new State.Ok<>(new Addr.Live(Set.of(endpoints)));
  }

  private static Consumer<@Nullable Members> known(Endpoint... endpoints) {
    return members ->
        assertThat(members)
            .isInstanceOfSatisfying(
                Members.Known.class,
                known -> assertThat(known.endpoints()).containsExactly(endpoints));
  }

  private double gauge(String name) {
    var node = metrics.snapshot().at(name);
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
