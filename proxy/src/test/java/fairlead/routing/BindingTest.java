package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.ScriptedInterpreter.Script;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What requests see of names that come, go and fail ({@code spec/routing.md} §4.5, §6). */
class BindingTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration FOREVER = Duration.ofMinutes(10);

  private final Rig.Options options = new Rig.Options();
  private Rig rig = new Rig(options);

  @AfterEach
  void close() {
    rig.close();
  }

  // Waiting.

  @Test
  void aRequestWaitsUntilItsNameIsBound() throws Exception {
    var backend = answering();
    var name = rig.interpreter.name("web");
    var caller = rig.caller();
    caller.send(get("web"));
    Await.until("the request waits", () -> pending("web") == 1);

    name.set(ScriptedInterpreter.leaf("web", backend.address()));

    assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aRequestWaitsUntilTheAddressesAreKnown() throws Exception {
    var backend = answering();
    Script<Addr> addr = new Script<>(rig.control);
    rig.interpreter.name("web").set(leaf("web", addr));
    var caller = rig.caller();
    caller.send(get("web"));
    Await.until("the request waits", () -> pending("web") == 1);

    addr.set(ScriptedInterpreter.live(backend.address()));

    assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aNameThatIsNotBoundInTimeIsTold() throws Exception {
    restart(Duration.ofMillis(30), BindingCache.DEFAULT);
    rig.interpreter.name("web");

    var answer = rig.caller().ask(get("web"));

    assertThat(answer)
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .endsWith(
            "\r\n\r\nExceeded 30.milliseconds binding timeout while resolving name: /svc/web");
    assertThat(Wire.header(answer, "l5d-err")).startsWith("Exceeded+30.milliseconds+binding+");
  }

  @Test
  void addressesThatAreNotKnownInTimeAreToldWithTheBoundTree() throws Exception {
    restart(Duration.ofMillis(30), BindingCache.DEFAULT);
    var one = new Bound(Path.of("#", "a"), new Script<>(rig.control), Path.of("rest"));
    var two = new Bound(Path.of("#", "b"), new Script<>(rig.control), Path.EMPTY);
    rig.interpreter
        .name("web")
        .set(
            new NameTree.Union<>(
                List.of(
                    new NameTree.Weighted<>(0.5, new NameTree.Leaf<>(one)),
                    new NameTree.Weighted<>(0.5, new NameTree.Leaf<>(two)))));

    assertThat(rig.caller().ask(get("web")))
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .endsWith(
            "\r\n\r\nExceeded 30.milliseconds binding timeout while connecting to"
                + " 0.50*/#/a/rest & 0.50*/#/b for name: /svc/web");
  }

  @Test
  void theTimeForTheAddressesBeginsWhenTheNameIsBound() throws Exception {
    restart(Duration.ofMillis(200), BindingCache.DEFAULT);
    var name = rig.interpreter.name("web");
    var caller = rig.caller();
    caller.send(get("web"));
    Await.until("the request waits", () -> pending("web") == 1);

    name.set(leaf("web", new Script<>(rig.control)));

    assertThat(caller.response())
        .endsWith(
            "Exceeded 200.milliseconds binding timeout while connecting to /#/test/web"
                + " for name: /svc/web");
  }

  @Test
  void theBindingGoesOnAfterATimeOutForTheNextRequest() throws Exception {
    restart(Duration.ofMillis(30), BindingCache.DEFAULT);
    var backend = answering();
    var name = rig.interpreter.name("web");
    var caller = rig.caller();
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 502 ");

    name.set(ScriptedInterpreter.leaf("web", backend.address()));

    Await.until("the name is bound", () -> rig.gauge(client("web") + "loadbalancer/size") == 1);
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
    assertThat(rig.count("rt/http/bindcache/path/misses")).isEqualTo(1);
  }

  @Test
  void aCallerThatLeavesWhileItsNameIsPendingIsForgotten() throws Exception {
    rig.interpreter.name("web");
    var caller = rig.caller();
    caller.send(get("web"));
    Await.until("the request waits", () -> pending("web") == 1);

    caller.close();

    Await.until("nobody waits", () -> pending("web") == 0);
    assertThat(rig.count("rt/http/service/svc/web/failures/interrupted")).isEqualTo(1);
  }

  // Changes.

  @Test
  void aRouteOnceGoodNeverFails() throws Exception {
    var backend = answering();
    Script<Addr> addr = new Script<>(rig.control);
    addr.set(ScriptedInterpreter.live(backend.address()));
    var name = rig.interpreter.name("web");
    name.set(leaf("web", addr));
    var caller = rig.caller();
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");

    name.set(new State.Failed<>("agent away"));
    addr.set(new State.Failed<>("agent away"));
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
    name.set(new State.Pending<>());
    addr.set(new State.Pending<>());
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
    assertThat(rig.caller().ask(get("web"))).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aFailureBeforeTheFirstBindingIsToldAndHeals() throws Exception {
    var backend = answering();
    var name = rig.interpreter.name("web");
    name.set(new State.Failed<>("no agent at 127.0.0.1:8500"));
    var caller = rig.caller();
    assertThat(caller.ask(get("web")))
        .startsWith("HTTP/1.1 502 ")
        .endsWith("no agent at 127.0.0.1:8500");

    name.set(ScriptedInterpreter.leaf("web", backend.address()));

    Await.until("the name is bound", () -> rig.gauge(client("web") + "loadbalancer/size") == 1);
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aNegativeNameIsUnroutableUntilItIsBound() throws Exception {
    var backend = answering();
    var name = rig.interpreter.name("web");
    name.set(new NameTree.Neg<>());
    var caller = rig.caller();
    assertThat(caller.ask(get("web")))
        .startsWith("HTTP/1.1 502 ")
        .endsWith(
            """
            Unable to route request!
            service name: /svc/web
            dtab:

            base dtab:
              /svc => /#/test
            override dtab:

            """);

    name.set(ScriptedInterpreter.leaf("web", backend.address()));

    Await.until("the name is bound", () -> rig.gauge(client("web") + "loadbalancer/size") == 1);
    assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void aUnionSharesRequestsByWeight() throws Exception {
    var blue = answering();
    var green = answering();
    rig.interpreter
        .name("web")
        .set(
            new NameTree.Union<>(
                List.of(
                    new NameTree.Weighted<>(0.9, ScriptedInterpreter.leaf("blue", blue.address())),
                    new NameTree.Weighted<>(
                        0.1, ScriptedInterpreter.leaf("green", green.address())))));
    var caller = rig.caller();

    for (int i = 0; i < 500; i++) {
      assertThat(caller.ask(get("web"))).startsWith("HTTP/1.1 200 ");
    }

    assertThat(green.heads.size()).isBetween(25, 80);
    assertThat(rig.count("rt/http/client/#/test/green/service/svc/web/requests"))
        .isEqualTo(green.heads.size());
    assertThat(blue.heads.size() + green.heads.size()).isEqualTo(500);
  }

  // The cache.

  @Test
  void aRequestsOwnDtabCostsAnEntryAndABinding() throws Exception {
    var backend = answering();
    rig.interpreter.bind("web", backend.address());
    var caller = rig.caller();

    caller.ask(get("web"));
    caller.ask(get("web"));
    caller.ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-dtab: /x => /y\r\n\r\n");
    caller.ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-dtab: /x => /y\r\n\r\n");

    assertThat(rig.count("rt/http/bindcache/path/misses")).isEqualTo(2);
    assertThat(rig.count("rt/http/bindcache/tree/misses")).isEqualTo(1);
    assertThat(rig.count("rt/http/bindcache/client/misses")).isEqualTo(1);
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void aFullCacheEvictsWhatWasIdleLongestWithItsMetrics() throws Exception {
    restart(FOREVER, new BindingCache(1, 1, 1, 1, FOREVER));
    rig.interpreter.bind("a", answering().address());
    rig.interpreter.bind("b", answering().address());
    var caller = rig.caller();

    assertThat(caller.ask(get("a"))).startsWith("HTTP/1.1 200 ");
    assertThat(caller.ask(get("b"))).startsWith("HTTP/1.1 200 ");

    for (var layer : List.of("path", "tree", "bound", "client")) {
      assertThat(rig.count("rt/http/bindcache/" + layer + "/evicts")).as(layer).isEqualTo(1);
    }
    assertThat(rig.metrics.snapshot().at("rt/http/client/#/test/a")).isNull();
    assertThat(rig.metrics.snapshot().at("rt/http/service/svc/a")).isNull();
    assertThat(rig.count(client("b") + "success")).isEqualTo(1);
    assertThat(caller.ask(get("a"))).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whenNothingIsIdleARequestIsServedByAOneShot() throws Exception {
    restart(FOREVER, new BindingCache(1, 1, 1, 1, FOREVER));
    var goOn = new CountDownLatch(1);
    var asked = new CountDownLatch(1);
    var holding =
        rig.unbound(
            wire -> {
              wire.request();
              asked.countDown();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
              wire.send(OK);
              wire.isAtEnd();
            });
    rig.interpreter.bind("a", holding.address());
    rig.interpreter.bind("b", answering().address());
    var first = rig.caller();
    first.send(get("a"));
    asked.await();

    var caller = rig.caller();
    assertThat(caller.ask(get("b"))).startsWith("HTTP/1.1 200 ");
    assertThat(caller.ask(get("b"))).startsWith("HTTP/1.1 200 ");

    for (var layer : List.of("path", "tree", "bound", "client")) {
      assertThat(rig.count("rt/http/bindcache/" + layer + "/oneshots")).as(layer).isEqualTo(2);
    }
    Await.until(
        "nothing is left of the one-shots",
        () -> rig.metrics.snapshot().at("rt/http/client/#/test/b") == null);
    goOn.countDown();
    assertThat(first.response()).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void whatIsIdleTooLongExpiresButTheLastOneStays() throws Exception {
    restart(FOREVER, new BindingCache(10, 10, 10, 10, Duration.ofMillis(20)));
    rig.interpreter.bind("a", answering().address());
    rig.interpreter.bind("b", answering().address());
    var caller = rig.caller();
    assertThat(caller.ask(get("a"))).startsWith("HTTP/1.1 200 ");
    assertThat(caller.ask(get("b"))).startsWith("HTTP/1.1 200 ");

    for (var layer : List.of("path", "tree", "bound", "client")) {
      Await.until(
          layer + " expires", () -> rig.count("rt/http/bindcache/" + layer + "/expires") == 1);
    }
    Await.until(
        "its metrics are gone", () -> rig.metrics.snapshot().at("rt/http/client/#/test/a") == null);
    assertThat(rig.gauge(client("b") + "loadbalancer/size")).isEqualTo(1);
    assertThat(caller.ask(get("a"))).startsWith("HTTP/1.1 200 ");
  }

  private void restart(Duration bindingTimeout, BindingCache cache) {
    rig.close();
    options.bindingTimeout = bindingTimeout;
    options.cache = cache;
    rig = new Rig(options);
  }

  private TestBackend answering() {
    return rig.unbound(
        wire -> {
          while (wire.request() != null) {
            wire.send(OK);
          }
        });
  }

  private static NameTree<Bound> leaf(String host, Script<Addr> addr) {
    return new NameTree.Leaf<>(new Bound(Path.of("#", "test", host), addr, Path.EMPTY));
  }

  private double pending(String host) {
    return rig.gauge("rt/http/service/svc/" + host + "/pending");
  }

  private static String client(String host) {
    return "rt/http/client/#/test/" + host + "/";
  }

  private static String get(String host) {
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }
}
