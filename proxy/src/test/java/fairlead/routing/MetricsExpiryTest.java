package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.ScriptedInterpreter.Script;
import fairlead.telemetry.JsonPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Names go from the tree with what they tell of ({@code spec/telemetry.md} §14). */
class MetricsExpiryTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVICE = "rt/http/service/svc/";
  private static final String CLIENT = "rt/http/client/#/test/";

  private final Rig rig = new Rig(options());

  private static Rig.Options options() {
    var options = new Rig.Options();
    options.cache = new BindingCache(100, 100, 100, 100, Duration.ofMillis(200));
    return options;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void aServiceAndItsClientGoWhenNobodyAsksForThemAndBeginAnewLater() {
    rig.backend("web", OK);
    rig.backend("other", OK);
    var caller = rig.caller();
    ask(caller, "web");
    ask(caller, "web");
    assertThat(rig.count(SERVICE + "web/requests")).isEqualTo(2);
    assertThat(rig.count(CLIENT + "web/service/svc/web/requests")).isEqualTo(2);

    awaitGone(caller);
    assertThat(rig.count(SERVICE + "other/requests")).isPositive();

    // On a machine that stands still the new ones may be gone, too, before they are looked at.
    Await.until(
        "a new service and a new client",
        () -> {
          assertThat(rig.count(SERVICE + "web/requests")).isZero();
          ask(caller, "web");
          boolean begun =
              rig.count(SERVICE + "web/requests") == 1
                  && rig.gauge(CLIENT + "web/loadbalancer/size") == 1;
          if (!begun) {
            awaitGone(caller);
          }
          return begun;
        });
  }

  private void awaitGone(Wire caller) {
    Await.until(
        "the service and the client are gone",
        () -> {
          ask(caller, "other");
          return isGone(SERVICE + "web") && isGone(CLIENT + "web");
        });
  }

  @Test
  void anEndpointIsShownAsLongAsDiscoveryKnowsIt() {
    var first = TestBackend.answering(OK);
    var second = TestBackend.answering(OK);
    rig.closing(first);
    rig.closing(second);
    Script<Addr> addr = new Script<>(rig.control);
    rig.interpreter
        .name("web")
        .set(new NameTree.Leaf<>(new Bound(Path.of("#", "test", "web"), addr, Path.EMPTY)));
    addr.set(ScriptedInterpreter.live(first.address()));
    var caller = rig.caller();
    ask(caller, "web");
    String endpoints = CLIENT + "web/loadbalancer/endpoint";
    String address = "127.0.0.1:" + first.address().getPort();
    assertThat(rig.metrics.snapshot().at(endpoints)).isNull();
    assertThat(shown(endpoints + "/" + address + "/available")).isTrue();

    addr.set(ScriptedInterpreter.live(second.address()));

    Await.until("the first one is gone", () -> !shown(endpoints + "/" + address + "/load"));
    assertThat(shown(endpoints + "/127.0.0.1:" + second.address().getPort() + "/load")).isTrue();
  }

  private boolean shown(String path) {
    return JsonPage.flat(rig.metrics, true, path, false) != null;
  }

  private boolean isGone(String scope) {
    return !shown(scope);
  }

  private static void ask(Wire caller, String host) {
    try {
      assertThat(caller.ask("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"))
          .startsWith("HTTP/1.1 200 ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
