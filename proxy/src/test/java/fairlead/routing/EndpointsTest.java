package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.ScriptedInterpreter.Script;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A set of endpoints that changes under requests ({@code spec/client.md} §4–6). */
class EndpointsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CLIENT = "rt/http/client/#/test/web/";

  private final Rig rig = new Rig();
  private final Script<Addr> addr = new Script<>(rig.control);
  private final TestBackend first = answering();
  private final TestBackend second = answering();

  @BeforeEach
  void bind() {
    rig.interpreter
        .name("web")
        .set(new NameTree.Leaf<>(new Bound(Path.of("#", "test", "web"), addr, Path.EMPTY)));
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void endpointsThatStayKeepTheirConnections() throws Exception {
    addr.set(ScriptedInterpreter.live(first.address(), second.address()));
    var caller = rig.caller();
    askUntilBothAnswered(caller);
    var third = answering();

    addr.set(ScriptedInterpreter.live(second.address(), third.address()));

    Await.until("the first is left", () -> rig.count(CLIENT + "closes") == 1);
    Await.until(
        "the third is asked",
        () -> {
          ask(caller);
          return !third.heads.isEmpty();
        });
    int before = first.heads.size();
    for (int i = 0; i < 20; i++) {
      ask(caller);
    }
    assertThat(first.heads).hasSize(before);
    assertThat(second.connections).hasValue(1);
    assertThat(rig.count(CLIENT + "loadbalancer/adds")).isEqualTo(3);
    assertThat(rig.count(CLIENT + "loadbalancer/removes")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "loadbalancer/size")).isEqualTo(2);
  }

  @Test
  void anotherWeightKeepsTheConnections() throws Exception {
    addr.set(ScriptedInterpreter.live(first.address(), second.address()));
    var caller = rig.caller();
    askUntilBothAnswered(caller);

    addr.set(
        new Addr.Live(
            Set.of(
                new Endpoint(first.address(), 1_000_000, Map.of()),
                new Endpoint(second.address(), 0.001, Map.of()))));

    Await.until("it is known", () -> rig.gauge(CLIENT + "loadbalancer/num_weight_classes") == 2);
    ask(caller); // the loop has the new set by the next request
    int before = second.heads.size();
    for (int i = 0; i < 50; i++) {
      ask(caller);
    }
    assertThat(second.heads).hasSize(before);
    assertThat(first.connections).hasValue(1);
    assertThat(rig.count(CLIENT + "closes")).isZero();
  }

  @Test
  void aRemovedEndpointFinishesWhatItHas() throws Exception {
    var asked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var left = new CountDownLatch(1);
    var leaving =
        rig.unbound(
            wire -> {
              wire.request();
              asked.countDown();
              await(goOn);
              wire.send(OK);
              if (wire.isAtEnd()) {
                left.countDown();
              }
            });
    addr.set(ScriptedInterpreter.live(leaving.address()));
    var caller = rig.caller();
    caller.send(GET);
    asked.await();

    addr.set(ScriptedInterpreter.live(second.address()));
    Await.until("it is known", () -> rig.count(CLIENT + "loadbalancer/removes") == 1);
    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200 ");
    goOn.countDown();

    assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
    left.await(); // and then its connection is closed
    assertThat(second.heads).hasSize(1);
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "connections")).isEqualTo(1);
  }

  @Test
  void fault19_anAddressThatWentAndCameBackGetsNoConnectionOfBefore() throws Exception {
    addr.set(ScriptedInterpreter.live(first.address()));
    var caller = rig.caller();
    ask(caller);

    addr.set(ScriptedInterpreter.live(second.address()));
    Await.until("what it had is closed", () -> rig.count(CLIENT + "closes") == 1);
    ask(caller);
    assertThat(first.heads).hasSize(1);
    addr.set(ScriptedInterpreter.live(first.address()));
    Await.until("it is back", () -> rig.count(CLIENT + "loadbalancer/adds") == 3);
    ask(caller);

    assertThat(first.heads).hasSize(2);
    assertThat(first.connections).hasValue(2);
  }

  @Test
  void anEmptySetIsUnroutableUntilSomebodyIsThere() throws Exception {
    addr.set(ScriptedInterpreter.live());
    var caller = rig.caller();
    assertThat(caller.ask(GET))
        .startsWith("HTTP/1.1 502 ")
        .contains("\r\n\r\nUnable to route request!\nservice name: /svc/web\n");
    assertThat(rig.gauge(CLIENT + "available")).isZero();

    addr.set(ScriptedInterpreter.live(first.address()));

    Await.until("it is known", () -> rig.gauge(CLIENT + "available") == 1);
    ask(caller);
    addr.set(new State.Ok<>(new Addr.Neg()));
    Await.until("it is known", () -> rig.gauge(CLIENT + "available") == 0);
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 502 ");
  }

  @Test
  void theLessLoadedOfTwoIsPicked() throws Exception {
    var asked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var slow =
        rig.unbound(
            wire -> {
              while (wire.request() != null) {
                asked.countDown();
                await(goOn);
                wire.send(OK);
              }
            });
    addr.set(ScriptedInterpreter.live(slow.address()));
    var waiting = rig.caller();
    waiting.send(GET);
    asked.await();
    addr.set(ScriptedInterpreter.live(slow.address(), first.address()));
    Await.until("it is known", () -> rig.gauge(CLIENT + "loadbalancer/size") == 2);

    var caller = rig.caller();
    for (int i = 0; i < 50; i++) {
      ask(caller);
    }

    assertThat(slow.heads).hasSize(1);
    assertThat(first.heads).hasSize(50);
    goOn.countDown();
    assertThat(waiting.response()).startsWith("HTTP/1.1 200 ");
  }

  private void askUntilBothAnswered(Wire caller) {
    Await.until(
        "both are asked",
        () -> {
          ask(caller);
          return !first.heads.isEmpty() && !second.heads.isEmpty();
        });
  }

  private static void ask(Wire caller) {
    try {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private TestBackend answering() {
    return rig.unbound(
        wire -> {
          while (wire.request() != null) {
            wire.send(OK);
          }
        });
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
