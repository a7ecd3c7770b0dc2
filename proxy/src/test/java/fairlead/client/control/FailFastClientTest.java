package fairlead.client.control;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.client.control.ControlResult.Answer;
import fairlead.client.control.ControlResult.Cause;
import fairlead.client.control.ControlResult.Failed;
import fairlead.discovery.consul.ScriptedAgent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailFastClientTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final ScriptedAgent agent = new ScriptedAgent();
  private final FailFastClient client =
      new FailFastClient(agent, control, RandomGeneratorFactory.of("L64X128MixRandom").create(1));
  private final List<ControlResult> results = new ArrayList<>();

  private void get() {
    var request = new ControlRequest("/", Map.of(), Duration.ofSeconds(1), false);
    control.run(() -> client.get(request, results::add));
  }

  private void failWith(Cause cause) {
    var question = agent.next();
    control.run(() -> question.fail(cause));
  }

  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"REFUSED", "UNRESOLVED"})
  void failsAtOnceWhileNobodyIsThere(Cause cause) {
    get();
    failWith(cause);

    get();

    assertThat(agent.waiting()).isZero();
    assertThat(results).containsExactly(new Failed(cause, cause.name()), results.getFirst());
  }

  @Test
  void asksWithOneRequestAfterAWhile() {
    get();
    failWith(Cause.REFUSED);
    control.advance(Duration.ofMillis(499));
    get();
    assertThat(agent.waiting()).isZero();

    control.advance(Duration.ofMillis(501));
    get();
    get();

    assertThat(agent.waiting()).isEqualTo(1);
    assertThat(results).hasSize(3);
  }

  @Test
  void isItselfAgainAfterAnAnswer() {
    get();
    failWith(Cause.REFUSED);
    control.advance(Duration.ofSeconds(1));
    get();
    var question = agent.next();
    control.run(() -> question.ok(1, "[]"));

    get();
    get();

    assertThat(agent.waiting()).isEqualTo(2);
    assertThat(results.getLast()).isInstanceOf(Answer.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Cause.class,
      names = {"REFUSED", "UNRESOLVED"},
      mode = EnumSource.Mode.EXCLUDE)
  void otherFailuresLeaveItOpen(Cause cause) {
    get();
    failWith(cause);

    get();

    assertThat(agent.waiting()).isEqualTo(1);
  }
}
