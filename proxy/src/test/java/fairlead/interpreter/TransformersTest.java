package fairlead.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.discovery.ScriptedNamer;
import fairlead.discovery.TransformerConfig;
import fairlead.discovery.TransformerConfig.Const;
import fairlead.discovery.TransformerConfig.Localhost;
import fairlead.discovery.TransformerConfig.Port;
import fairlead.discovery.TransformerConfig.Replace;
import fairlead.discovery.TransformerConfig.SpecificHost;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Transformers, spec/routing.md §10. */
class TransformersTest {
  private static final String DTAB = "/svc => /#/io.l5d.consul/dc1";
  private static final Localhost LOCALHOST = new Localhost(Paths.parse("/io.l5d.localhost"));
  private static final Port PORT = new Port(Paths.parse("/io.l5d.port/4140"), 4140, false);
  private static final Path GATE = Paths.parse("/$/inet/10.0.0.1/15001");
  private static final Const CONST = new Const(Paths.parse("/io.l5d.const"), GATE);
  private static final Replace REPLACE = new Replace(Paths.parse("/io.l5d.replace"), GATE);

  private final Mesh mesh = new Mesh();

  private static SpecificHost specificHost(String host) {
    return new SpecificHost(Paths.parse("/io.l5d.specificHost"), InetAddress.ofLiteral(host));
  }

  static Stream<Arguments> compositions() {
    String web = "/#/io.l5d.consul/dc1/web";
    return Stream.of(
        Arguments.of(List.of(), "10.0.0.5:80 10.0.1.7:80", web),
        Arguments.of(List.of(LOCALHOST), "10.0.0.5:80", "/%/io.l5d.localhost" + web),
        Arguments.of(List.of(PORT), "10.0.0.5:4140 10.0.1.7:4140", "/%/io.l5d.port/4140" + web),
        Arguments.of(
            List.of(LOCALHOST, PORT),
            "10.0.0.5:4140",
            "/%/io.l5d.port/4140/%/io.l5d.localhost" + web),
        Arguments.of(
            List.of(specificHost("10.0.1.7")), "10.0.1.7:80", "/%/io.l5d.specificHost" + web),
        Arguments.of(List.of(specificHost("10.0.9.9")), "neg", "/%/io.l5d.specificHost" + web),
        Arguments.of(List.of(CONST), "10.0.0.1:15001", "/%/io.l5d.const/$/inet/10.0.0.1/15001"),
        Arguments.of(List.of(REPLACE), "10.0.0.1:15001", "/%/io.l5d.replace/$/inet/10.0.0.1/15001"),
        Arguments.of(
            List.of(CONST, PORT),
            "10.0.0.1:4140",
            "/%/io.l5d.port/4140/%/io.l5d.const/$/inet/10.0.0.1/15001"));
  }

  @ParameterizedTest
  @MethodSource("compositions")
  void composeInTheOrderListed(List<TransformerConfig> transformers, String endpoints, String id) {
    mesh.consul.bind("/dc1/web", "10.0.0.5:80", "10.0.1.7:80");
    var interpreter = new DtabInterpreter(mesh.namers(List.of()), transformers);

    var seen = mesh.observe(interpreter, DTAB, "/svc/web");

    assertThat(String.join(" ", mesh.endpoints(seen))).isEqualTo(endpoints);
    assertThat(Mesh.show(seen)).isEqualTo(id);
  }

  @Test
  void theResidualStays() {
    mesh.consul.bind("/dc1/web", "10.0.0.5:80");

    var seen = mesh.observe(mesh.interpreter(LOCALHOST, PORT), DTAB, "/svc/web/v2");

    assertThat(Mesh.show(seen))
        .isEqualTo("/%/io.l5d.port/4140/%/io.l5d.localhost/#/io.l5d.consul/dc1/web + /v2");
  }

  @Test
  void filtersTakeIpv6Too() {
    mesh.consul.bind("/dc1/web", "fd00::5:80", "fd00::6:80");

    assertThat(mesh.endpoints(mesh.observe(mesh.interpreter(LOCALHOST), DTAB, "/svc/web")))
        .containsExactly("[fd00:0:0:0:0:0:0:5]:80");
    assertThat(
            mesh.endpoints(
                mesh.observe(mesh.interpreter(specificHost("fd00::6")), DTAB, "/svc/web")))
        .containsExactly("[fd00:0:0:0:0:0:0:6]:80");
  }

  @Test
  void constAnswersForUnknownServicesReplaceDoesNot() {
    assertThat(Mesh.show(mesh.observe(mesh.interpreter(CONST), DTAB, "/svc/nobody")))
        .isEqualTo("/%/io.l5d.const/$/inet/10.0.0.1/15001");
    assertThat(Mesh.show(mesh.observe(mesh.interpreter(REPLACE), DTAB, "/svc/nobody")))
        .isEqualTo("~");
    assertThat(Mesh.show(mesh.observe(mesh.interpreter(REPLACE), "/svc => !", "/svc/x")))
        .isEqualTo("!");
    assertThat(Mesh.show(mesh.observe(mesh.interpreter(REPLACE), "/svc => $", "/svc/x")))
        .isEqualTo("$");
  }

  @Test
  void replacePutsItsTreeInPlaceOfEveryLeaf() {
    mesh.consul.bind("/dc1/a", "10.0.0.5:80").bind("/dc1/b", "10.0.0.6:80");
    String split = DTAB + "; /svc/ab => 3*/svc/a & /svc/b & $";

    var seen = mesh.observe(mesh.interpreter(REPLACE), split, "/svc/ab");

    String gate = "/%/io.l5d.replace/$/inet/10.0.0.1/15001";
    assertThat(Mesh.show(seen)).isEqualTo("3.00*" + gate + " & " + gate + " & $");
  }

  @Test
  void replaceAndConstUseNamersButNoRules() {
    mesh.consul.bind("/dc1/web", "10.0.0.5:80");
    mesh.fs.bind("/gate", "10.0.0.8:1");
    var toFs = new Replace(Paths.parse("/io.l5d.replace"), Paths.parse("/#/io.l5d.fs/gate"));
    var toRule = new Const(Paths.parse("/io.l5d.const"), Paths.parse("/svc/web"));

    assertThat(mesh.endpoints(mesh.observe(mesh.interpreter(toFs), DTAB, "/svc/web")))
        .containsExactly("10.0.0.8:1");
    assertThat(Mesh.show(mesh.observe(mesh.interpreter(toRule), DTAB, "/svc/web"))).isEqualTo("~");
  }

  @Test
  void endpointsThatFallTogetherOnOnePortAreOne() {
    mesh.consul.bind("/dc1/web", "10.0.0.5:31001", "10.0.0.5:31002", "10.0.1.7:31001");

    assertThat(mesh.endpoints(mesh.observe(mesh.interpreter(PORT), DTAB, "/svc/web")))
        .containsExactly("10.0.0.5:4140", "10.0.1.7:4140");
  }

  @Test
  void metadataAndWeightsSurvive() {
    var endpoint =
        new Endpoint(
            new InetSocketAddress(InetAddress.ofLiteral("10.0.0.5"), 80),
            2.0,
            Map.of("nodeName", "n1"));
    answer(new Addr.Live(Set.of(endpoint), Map.of(Addr.Live.AUTHORITY, "web.dc1")));

    var seen = mesh.observe(mesh.interpreter(LOCALHOST, PORT), DTAB, "/svc/web");

    assertThat(addrOf(seen.value()))
        .isEqualTo(
            new State.Ok<>(
                new Addr.Live(
                    Set.of(
                        new Endpoint(
                            new InetSocketAddress(InetAddress.ofLiteral("10.0.0.5"), 4140),
                            2.0,
                            Map.of("nodeName", "n1"))),
                    Map.of(Addr.Live.AUTHORITY, "web.dc1"))));
  }

  @Test
  void anEndpointOfUnknownAddressIsOnNoHost() {
    answer(
        new Addr.Live(
            Set.of(new Endpoint(InetSocketAddress.createUnresolved("web", 80))), Map.of()));

    var onHost = mesh.observe(mesh.interpreter(LOCALHOST), DTAB, "/svc/web");
    var onPort = mesh.observe(mesh.interpreter(PORT), DTAB, "/svc/web");

    assertThat(mesh.endpoints(onHost)).containsExactly("neg");
    assertThat(mesh.endpoints(onPort)).containsExactly("web:4140");
  }

  @Test
  void aStatusNamePassesEveryFilter() {
    var seen =
        mesh.observe(
            mesh.interpreter(LOCALHOST, PORT), "/svc => /$/io.buoyant.http.status/404", "/svc");

    assertThat(addrOf(seen.value()))
        .isEqualTo(new State.Ok<>(new Addr.Live(Set.of(), Map.of("status", "404"))));
  }

  @Test
  void emptyResultsAreNegativeInsideTheLeafAndTryNoAlternative() {
    mesh.consul.bind("/dc1/web", "10.0.1.7:80").bind("/dc1/backup", "10.0.0.5:80");
    String dtab = DTAB + "; /svc/any => /svc/web | /svc/backup";

    var seen = mesh.observe(mesh.interpreter(LOCALHOST), dtab, "/svc/any");

    assertThat(Mesh.show(seen)).isEqualTo("/%/io.l5d.localhost/#/io.l5d.consul/dc1/web");
    assertThat(mesh.endpoints(seen)).containsExactly("neg");
  }

  @Test
  void aNamersOwnTransformersAreInner() {
    mesh.consul.bind("/dc1/web", "10.0.0.5:80", "10.0.1.7:80");
    mesh.fs.bind("/web", "10.0.1.7:80");
    var interpreter = new DtabInterpreter(mesh.namers(List.of(LOCALHOST)), List.of(PORT));

    var seen = mesh.observe(interpreter, DTAB, "/svc/web");
    var ofFs = mesh.observe(interpreter, "/svc => /#/io.l5d.fs", "/svc/web");

    assertThat(Mesh.show(seen))
        .isEqualTo("/%/io.l5d.port/4140/%/io.l5d.localhost/#/io.l5d.consul/dc1/web");
    assertThat(mesh.endpoints(seen)).containsExactly("10.0.0.5:4140");
    assertThat(mesh.endpoints(ofFs)).containsExactly("10.0.1.7:4140");
  }

  @Test
  void aNamersTransformersLeavePathsAlone() {
    mesh.consul.answer(
        "/dc1/web", new State.Ok<>(new NameTree.Leaf<Name>(Paths.parse("/#/io.l5d.fs/web"))));
    mesh.fs.bind("/web", "10.0.1.7:80");
    var interpreter = new DtabInterpreter(mesh.namers(List.of(CONST)), List.of());

    assertThat(Mesh.show(mesh.observe(interpreter, DTAB, "/svc/web")))
        .isEqualTo("/#/io.l5d.fs/web");
    assertThat(Mesh.show(mesh.observe(interpreter, DTAB, "/svc/nobody")))
        .isEqualTo("/%/io.l5d.const/$/inet/10.0.0.1/15001");
  }

  @Test
  void aNamerWhoseConstLeadsToItselfEndsThere() {
    mesh.consul.bind("/dc1/web", "10.0.0.5:80");
    var self = new Const(Paths.parse("/c"), Paths.parse("/#/io.l5d.consul/dc1/web"));
    var interpreter = new DtabInterpreter(mesh.namers(List.of(self)), List.of());

    assertThat(Mesh.show(mesh.observe(interpreter, DTAB, "/svc/other")))
        .isEqualTo("/%/c/#/io.l5d.consul/dc1/web");
  }

  @Test
  void pendingAndFailedPassUnchanged() {
    mesh.consul.answer("/dc1/web", new State.Pending<>());
    var seen = mesh.observe(mesh.interpreter(LOCALHOST, REPLACE, PORT), DTAB, "/svc/web");
    assertThat(seen.last()).isEqualTo(new State.Pending<>());

    mesh.consul.answer("/dc1/web", new State.Failed<>("no leader"));

    assertThat(seen.last()).isEqualTo(new State.Failed<>("no leader"));
  }

  private void answer(Addr addr) {
    Path id = Paths.parse("/#/io.l5d.consul/dc1/web");
    Name bound = new Bound(id, Activity.ok(addr), Path.EMPTY);
    ScriptedNamer consul = mesh.consul;
    consul.answer("/dc1/web", new State.Ok<>(new NameTree.Leaf<>(bound)));
  }

  private static State<Addr> addrOf(NameTree<Bound> tree) {
    var seen = new ArrayList<State<Addr>>();
    if (tree instanceof NameTree.Leaf<Bound>(var bound)) {
      bound.addr().observe(seen::add);
    }
    return seen.getLast();
  }
}
