package fairlead.discovery.utility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.inet.InetHosts;
import fairlead.discovery.inet.ScriptedResolver;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTrees;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables of spec/routing.md §5. */
class UtilityNamerTest {
  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final ScriptedResolver resolver = new ScriptedResolver();
  private final UtilityNamer namer =
      new UtilityNamer(new InetHosts(control, (_, work) -> work.run(), resolver));

  @ParameterizedTest
  @CsvSource({
    "/$, ~",
    "/$/fail, !",
    "/$/fail/x, !",
    "/$/nil/x, $",
    "/$/inet/10.0.0.1/80, /$/inet/10.0.0.1/80 + /",
    "/$/inet/10.0.0.1/80/a/b, /$/inet/10.0.0.1/80 + /a/b",
    "/$/inet/8080, /$/inet/8080 + /",
    "/$/inet/8080/foo, /$/inet/8080 + /foo",
    "/$/fixedinet/10.0.0.1/80/a, /$/fixedinet/10.0.0.1/80 + /a",
    "/$/io.buoyant.rinet/80/10.0.0.1/a, /$/io.buoyant.rinet/80/10.0.0.1 + /a",
    "/$/com.twitter.finagle.namer.global/$/inet/10.0.0.1/80, /$/inet/10.0.0.1/80 + /",
    "/$/com.twitter.finagle.namer.global/x, ~",
    "/$/io.buoyant.hostportPfx/h/web:80/r, /h/web/80/r",
    "/$/io.buoyant.hostportPfx/h/web:80:, /h/web/80",
    "/$/io.buoyant.hostportPfx/h/web:80:x, ~",
    "/$/io.buoyant.hostportPfx/h/web:Http, ~",
    "/$/io.buoyant.hostportPfx/h/web:-x, ~",
    "/$/io.buoyant.hostportPfx/h/web, ~",
    "/$/io.buoyant.hostportPfx/h, ~",
    "/$/io.buoyant.hostportPfx/h/w:a23456789b123456789c123456789d123456789e123456789f123456789g123,"
        + " /h/w/a23456789b123456789c123456789d123456789e123456789f123456789g123",
    "/$/io.buoyant.hostportPfx/h/w:a23456789b123456789c123456789d123456789e123456789f123456789g1234,"
        + " ~",
    "/$/io.buoyant.porthostPfx/k8s/web, ~",
    "/$/io.buoyant.http.anyHostPfx/h, ~",
    "/$/io.buoyant.http.domainToPath/a.b:80/r, /b:80/a/r",
    "/$/io.buoyant.porthostPfx/k8s/web.prod:http, /k8s/http/web.prod",
    "/$/io.buoyant.http.anyMethod/GET/web, /web",
    "/$/io.buoyant.http.anyMethod/get/web, ~",
    "/$/io.buoyant.http.anyMethod, ~",
    "/$/io.buoyant.http.anyMethodPfx/http/GET/web, /http/web",
    "/$/io.buoyant.http.anyHost/web_1:80/r, /r",
    "/$/io.buoyant.http.anyHost/web$/r, ~",
    "/$/io.buoyant.http.anyHostPfx/h/web/r, /h/r",
    "/$/io.buoyant.http.subdomainOf/buoyant.io/foo.buoyant.io/r, /foo/r",
    "/$/io.buoyant.http.subdomainOf/buoyant.io/foo.BUOYANT.io, ~",
    "/$/io.buoyant.http.subdomainOf/buoyant.io/foobuoyant.io, ~",
    "/$/io.buoyant.http.subdomainOf/buoyant.io, ~",
    "/$/io.buoyant.http.subdomainOfPfx/service.consul/consul/web.service.consul:80/x,"
        + " /consul/web/x",
    "/$/io.buoyant.http.subdomainOfPfx/service.consul/consul/a.b.service.consul, /consul/a.b",
    "/$/io.buoyant.http.subdomainOfPfx/service.consul/consul/service.consul, ~",
    "/$/io.buoyant.http.domainToPath/a.b.c/rest, /c/b/a/rest",
    "/$/io.buoyant.http.domainToPathPfx/m/foo.buoyant.io/r, /m/io/buoyant/foo/r",
    "/$/io.buoyant.http.domainToPathPfx/m/foo.io:80, /m/io:80/foo",
    "/$/io.buoyant.http.domainToPathPfx/m/foo$, ~",
    "/$/io.buoyant.http.status/404/x, /$/io.buoyant.http.status/404 + /x",
    "/$/io.buoyant.http.status/100, /$/io.buoyant.http.status/100 + /",
    "/$/io.buoyant.http.status/599, /$/io.buoyant.http.status/599 + /",
    "/$/io.buoyant.http.status/99, ~",
    "/$/io.buoyant.http.status/600, ~",
    "/$/io.buoyant.http.status/x, ~",
    "/$/io.buoyant.http.status, ~",
  })
  void answers(String path, String tree) {
    assertThat(NameTrees.show(lookup(path).value(), UtilityNamerTest::show)).isEqualTo(tree);
  }

  @ParameterizedTest
  @CsvSource({
    "/$/io.example.Missing/web, no such utility namer: io.example.Missing",
    "/$/inet/host/http, no such utility namer: inet",
    "/$/inet, no such utility namer: inet",
    "/$/inet/web/99999, 99999 is not a port; use 0 to 65535",
    "/$/io.buoyant.rinet/80, no such utility namer: io.buoyant.rinet",
    "/$/io.buoyant.hostportPfx/h/:80, an element of the rewritten path is empty",
    "/$/io.buoyant.http.domainToPath/.a, an element of the rewritten path is empty",
    "/$/io.buoyant.http.domainToPath/a..b, an element of the rewritten path is empty",
    "/$/io.buoyant.namer.zk.leader/h:1/p,"
        + " 'io.buoyant.namer.zk.leader is known, not built yet'",
    "/$/com.twitter.serverset/h:1/p, 'com.twitter.serverset is known, not built yet'",
  })
  void failsNamingThePath(String path, String reason) {
    assertThat(lookup(path).last()).isEqualTo(new State.Failed<>(path + ": " + reason));
  }

  @Test
  void aHostIsResolvedWhenItsAddressesAreObserved() {
    resolver.found("web", "10.0.0.7");

    Bound bound = bound("/$/inet/web/80");
    assertThat(resolver.asked()).isZero();

    assertThat(addr(bound)).hasToString("Live[endpoints=[10.0.0.7:80], metadata={}]");
  }

  @Test
  void aPortAloneIsOnLoopback() {
    assertThat(addr(bound("/$/inet/8080/foo")))
        .hasToString("Live[endpoints=[127.0.0.1:8080], metadata={}]");
  }

  @Test
  void aStatusIsASetWithoutEndpointsThatSaysIt() {
    assertThat(addr(bound("/$/io.buoyant.http.status/404")))
        .isEqualTo(new Addr.Live(Set.of(), Map.of(UtilityNamer.STATUS, "404")));
  }

  private Bound bound(String path) {
    return lookup(path).value() instanceof NameTree.Leaf<Name>(Bound bound) ? bound : fail(path);
  }

  private Addr addr(Bound bound) {
    var seen = Seen.of(bound.addr());
    control.runUntilIdle();
    return seen.value();
  }

  private Seen<NameTree<Name>> lookup(String path) {
    return Seen.of(namer.lookup(Paths.parse(path).drop(1)));
  }

  private static String show(Name name) {
    return switch (name) {
      case Path path -> path.show();
      case Bound(var id, var _, var residual) -> id.show() + " + " + residual.show();
    };
  }
}
