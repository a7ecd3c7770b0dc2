package fairlead.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.control.ControlResult.Cause;
import fairlead.discovery.NamerConfig.Scope;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** {@code scope: agent}: only what is registered with the agent that is asked. */
class AgentScopeTest {
  private static final String SELF =
      "{\"Config\":{\"Datacenter\":\"dc1\"},\"Member\":{\"Addr\":\"10.0.0.9\"}}";
  private static final String SERVICES =
      """
      {"w1":{"ID":"w1","Service":"Web","Tags":["Blue"],"Address":"10.0.0.1","Port":80,"Meta":{}},
       "w2":{"ID":"w2","Service":"Web","Tags":[],"Address":"","Port":81,"Meta":null},
       "x":{"ID":"x","Service":"other","Tags":[],"Address":"10.0.0.3","Port":80}}
      """;
  private static final String CHECKS =
      """
      {"c1":{"CheckID":"c1","Status":"passing","ServiceID":"w1"},
       "c2":{"CheckID":"c2","Status":"critical","ServiceID":"w2"}}
      """;

  private static Bench bench(Consumer<ConfigBuilder> options) {
    return new Bench(
        c -> {
          c.scope = Scope.AGENT;
          options.accept(c);
        });
  }

  private static void round(Bench bench, String services, String checks) {
    var first = bench.nextWithin(Duration.ofSeconds(6));
    assertThat(first.target()).isEqualTo("/v1/agent/services");
    bench.control.run(() -> first.answer(200, Map.of(), services));
    var second = bench.agent.next();
    assertThat(second.target()).isEqualTo("/v1/agent/checks");
    bench.control.run(() -> second.answer(200, Map.of(), checks));
  }

  @Test
  void takesOnlyThisAgentsRegistrations() {
    var bench = bench(_ -> {});
    var seen = bench.observe(".local", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));

    round(bench, SERVICES, CHECKS);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.9:81");
  }

  @Test
  void filtersByHealthWhenAskedTo() {
    var bench = bench(c -> c.useHealthCheck = true);
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));

    round(bench, SERVICES, CHECKS);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault15_nodeMaintenanceTakesAllOut() {
    var bench = bench(c -> c.useHealthCheck = true);
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);

    round(
        bench,
        SERVICES,
        "{\"m\":{\"CheckID\":\"_node_maintenance\",\"Status\":\"critical\",\"ServiceID\":\"\"}}");

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void filtersByTagWithoutCase() {
    var bench = bench(c -> c.includeTag = true);
    var seen = bench.observe("dc1", "BLUE", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));

    round(bench, SERVICES, CHECKS);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void anotherDatacenterIsNeg() {
    var bench = bench(_ -> {});
    var seen = bench.observe("dc2", "web");

    bench.answer(q -> q.answer(200, Map.of(), SELF));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void onePollEachSecondServesAllNames() {
    var bench = bench(_ -> {});
    bench.observe("dc1", "web");
    bench.observe("dc1", "other");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);

    bench.advance(Duration.ofMillis(850));
    assertThat(bench.agent.waiting()).isZero();
    bench.advance(Duration.ofMillis(300));

    assertThat(bench.agent.waiting()).isEqualTo(1);
  }

  @Test
  void worksWhileTheAgentWillNotSpeakOfItself() {
    var bench = bench(_ -> {});
    var seen = bench.observe(".local", "web");
    bench.answer(q -> q.error(403, "Permission denied"));

    round(bench, SERVICES, CHECKS);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void keepsTheLastGoodSetWhenTheAgentIsAway() {
    var bench = bench(_ -> {});
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);

    bench.nextWithin(Duration.ofSeconds(2)).fail(Cause.REFUSED);
    bench.control.runUntilIdle();

    assertThat(seen.endpoints()).hasSize(2);
  }

  @Test
  void fault08_agentThatForgotEverythingIsBelievedAfterTheGrace() {
    var bench = bench(_ -> {});
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);

    for (int i = 0; i < 8; i++) {
      round(bench, "{}", "{}");
    }
    assertThat(seen.endpoints()).hasSize(2);
    for (int i = 0; i < 6; i++) {
      round(bench, "{}", "{}");
    }

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault01_restartedAgentWhoseChecksHaveNotRunCostsNoAddress() {
    var bench = bench(c -> c.useHealthCheck = true);
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    String notRun = CHECKS.replace("passing\",", "critical\",\"Output\":\"\",");

    bench.nextWithin(Duration.ofSeconds(2)).fail(Cause.REFUSED);
    for (int i = 0; i < 20; i++) {
      round(bench, SERVICES, notRun);
    }
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    round(
        bench, SERVICES, CHECKS.replace("passing\",", "critical\",\"Output\":\"HTTP GET: 503\","));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void asksNoMoreWhenNobodyObserves() {
    var bench = bench(_ -> {});
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    round(bench, SERVICES, CHECKS);

    seen.leave();
    bench.advance(Duration.ofMinutes(1));

    assertThat(bench.agent.waiting()).isZero();
    assertThat(bench.control.timers()).isZero();
  }
}
