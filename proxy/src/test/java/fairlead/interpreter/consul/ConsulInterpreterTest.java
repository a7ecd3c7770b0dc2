package fairlead.interpreter.consul;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Activity;
import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.State;
import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.activity.Watch;
import fairlead.client.control.ControlResult.Cause;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.discovery.consul.Bench;
import fairlead.discovery.consul.ScriptedAgent;
import fairlead.interpreter.Interpreter;
import fairlead.interpreter.InterpreterConfig;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Dtabs;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConsulInterpreterTest {
  private static final Dtab ROUTERS = Dtabs.parse("/svc => /host");

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final ScriptedAgent agent = new ScriptedAgent();
  private final List<Dtab> asked = new ArrayList<>();
  private final List<State<NameTree<Bound>>> states = new ArrayList<>();
  private final ConsulInterpreter interpreter =
      new ConsulInterpreter(
          new InterpreterConfig.Consul(
              List.of(),
              new ConsulAgent("localhost", 8500, null, null, Consistency.DEFAULT, null, false),
              "/namerd/dtabs",
              "my ns",
              "dc1",
              Consistency.STALE),
          Bench.runtime(control),
          agent,
          recording());

  private Interpreter recording() {
    return (dtab, path) -> {
      asked.add(dtab);
      return Activity.ok(new NameTree.Neg<>());
    };
  }

  private Watch observe() {
    var watches = new ArrayList<Watch>();
    control.run(
        () -> watches.add(interpreter.bind(ROUTERS, Path.of("svc", "web")).observe(states::add)));
    return () -> control.run(watches.getFirst()::close);
  }

  private ScriptedAgent.Question next() {
    for (int i = 0; i < 600 && agent.waiting() == 0; i++) {
      control.advance(Duration.ofMillis(10));
    }
    return agent.next();
  }

  private void store(long index, String value) {
    var question = next();
    control.run(() -> question.ok(index, value));
  }

  @Test
  void asksForTheRawValueOfTheKey() {
    observe();

    assertThat(agent.next().target())
        .isEqualTo("/v1/kv/namerd/dtabs/my%20ns?stale=true&raw=true&dc=dc1");
    assertThat(states.getLast()).isInstanceOf(Pending.class);
  }

  @Test
  void storedRulesComeBeforeTheRouters() {
    observe();

    store(7, "/host => /#/io.l5d.consul/dc1");

    assertThat(asked).containsExactly(Dtabs.parse("/host => /#/io.l5d.consul/dc1 ; /svc => /host"));
    assertThat(next().target()).endsWith("&index=7&wait=60000ms");
  }

  @Test
  void missingKeyIsAnEmptyDtabAndGoesOnBlocking() {
    observe();
    var question = agent.next();

    control.run(() -> question.answer(404, Map.of("x-consul-index", "16"), ""));

    assertThat(asked).containsExactly(ROUTERS);
    assertThat(next().target()).contains("index=16");
  }

  @Test
  void unparsableRulesKeepTheLastGoodOnes() {
    observe();
    store(7, "/a => /b");

    store(8, "/a => ");

    assertThat(asked).hasSize(1);
    store(9, "/a => /c");
    assertThat(asked).hasSize(2);
  }

  @Test
  void unparsableRulesFailWhenThereNeverWereGoodOnes() {
    observe();

    store(8, "/a => ");

    assertThat(states.getLast()).isInstanceOf(Failed.class);
  }

  @Test
  void fault05_trouble_keepsTheLastGoodRules() {
    observe();
    store(7, "/a => /b");

    for (var how : List.of(403, 500, 429)) {
      var question = next();
      control.run(() -> question.error(how, "x"));
    }
    var question = next();
    control.run(() -> question.fail(Cause.REFUSED));

    assertThat(asked).hasSize(1);
    assertThat(states.getLast()).isInstanceOf(Ok.class);
  }

  @Test
  void firstFailureTellsTheReason() {
    observe();
    var question = agent.next();

    control.run(() -> question.error(500, "No cluster leader"));

    assertThat(states.getLast())
        .isEqualTo(
            new Failed<>(
                "Consul at localhost:8500: namerd/dtabs/my%20ns: HTTP 500: No cluster leader"));
  }

  @Test
  void lastGoodRulesOutliveTheirObservers() {
    var watch = observe();
    store(7, "/a => /b");
    watch.close();

    observe();

    assertThat(asked).hasSize(2);
    assertThat(interpreter.adminState().toString())
        .contains("running=true", "value=/a=>/b", "lastStartedAt=", "lastUpdatedAt=");
  }
}
