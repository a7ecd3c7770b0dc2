package fairlead.discovery.inet;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Activity;
import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InetHostsTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final ScriptedResolver resolver = new ScriptedResolver();
  private final InetHosts hosts = new InetHosts(control, (_, work) -> work.run(), resolver);

  @Test
  void isPendingUntilTheFirstAnswer() {
    resolver.found("web", "10.0.0.1");

    var seen = Seen.of(hosts.live("web", 80));
    control.runUntilIdle();

    assertThat(seen.states().getFirst()).isEqualTo(new State.Pending<>());
    assertThat(shown(seen)).containsExactly("10.0.0.1:80");
  }

  @Test
  void allAddressesOfAHostAreEndpoints() {
    resolver.found("web", "10.0.0.1", "10.0.0.2");

    assertThat(shown(observe(hosts.live("web", 80))))
        .containsExactlyInAnyOrder("10.0.0.1:80", "10.0.0.2:80");
  }

  @Test
  void literalAddressesAndLocalhostNeedNoResolver() {
    assertThat(shown(observe(hosts.live("127.1", 80)))).containsExactly("127.0.0.1:80");
    assertThat(shown(observe(hosts.live("localhost", 80)))).containsExactly("127.0.0.1:80");
    assertThat(shown(observe(hosts.live("::1", 80)))).containsExactly("[0:0:0:0:0:0:0:1]:80");
    assertThat(resolver.asked()).isZero();
  }

  @Test
  void fault31_changingAnswersAreSeenWithinFiveSeconds() {
    resolver.found("web", "10.0.0.1");
    var seen = observe(hosts.live("web", 80));

    resolver.found("web", "10.0.0.2");
    control.advance(Duration.ofSeconds(5));

    assertThat(shown(seen)).containsExactly("10.0.0.2:80");
  }

  @Test
  void fault31_anUnknownHostIsNegativeAtOnceAlsoAfterSuccess() {
    resolver.found("web", "10.0.0.1");
    var seen = observe(hosts.live("web", 80));

    resolver.unknown("web");
    control.advance(Duration.ofSeconds(5));

    assertThat(seen.value()).isEqualTo(new Addr.Neg());
  }

  @Test
  void fault31_aResolverThatFailsLeavesTheLastAnswer() {
    resolver.found("web", "10.0.0.1");
    var seen = observe(hosts.live("web", 80));

    resolver.failed("web", "Temporary failure in name resolution");
    control.advance(Duration.ofMinutes(10));

    assertThat(shown(seen)).containsExactly("10.0.0.1:80");
    resolver.found("web", "10.0.0.3");
    control.advance(Duration.ofSeconds(5));
    assertThat(shown(seen)).containsExactly("10.0.0.3:80");
  }

  @Test
  void fault31_aResolverThatFailsAtFirstIsAskedAgain() {
    resolver.failed("web", "no answer");
    var seen = observe(hosts.live("web", 80));
    assertThat(seen.last()).isEqualTo(new State.Failed<>("web: cannot be resolved: no answer"));

    resolver.found("web", "10.0.0.1");
    control.advance(Duration.ofSeconds(5));

    assertThat(shown(seen)).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault31_aResolverThatThrowsIsAskedAgain() {
    var broken =
        new InetHosts(
            control,
            (_, work) -> work.run(),
            _ -> {
              throw new IllegalStateException("planted");
            });

    var seen = observe(broken.live("web", 80));

    assertThat(seen.last()).isInstanceOf(State.Failed.class);
    assertThat(control.timers()).isEqualTo(1);
  }

  @Test
  void isNotLookedUpAnyMoreWhenNobodyObserves() {
    resolver.found("web", "10.0.0.1");
    var seen = observe(hosts.live("web", 80));
    int asked = resolver.asked();

    seen.close();
    control.advance(Duration.ofMinutes(1));

    assertThat(resolver.asked()).isEqualTo(asked);
    assertThat(control.timers()).isZero();
  }

  @Test
  void aFixedHostKeepsItsFirstAnswerForEver() {
    resolver.found("web", "10.0.0.1");
    observe(hosts.fixed("web", 80)).close();

    resolver.found("web", "10.0.0.2");
    var seen = observe(hosts.fixed("web", 80));
    control.advance(Duration.ofMinutes(1));

    assertThat(shown(seen)).containsExactly("10.0.0.1:80");
    assertThat(resolver.asked()).isEqualTo(1);
  }

  @Test
  void aFixedHostThatIsUnknownIsLookedUpAgain() {
    var seen = observe(hosts.fixed("web", 80));

    resolver.found("web", "10.0.0.2");
    control.advance(Duration.ofSeconds(5));

    assertThat(shown(seen)).containsExactly("10.0.0.2:80");
  }

  private Seen<Addr> observe(Activity<Addr> activity) {
    var seen = Seen.of(activity);
    control.runUntilIdle();
    return seen;
  }

  private static List<String> shown(Seen<Addr> seen) {
    return seen.value() instanceof Addr.Live live
        ? live.endpoints().stream().map(Endpoint::show).toList()
        : List.of("neg");
  }
}
