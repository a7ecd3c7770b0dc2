package fairlead.interpreter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.ScriptedNamer;
import fairlead.discovery.TransformerConfig.Const;
import fairlead.discovery.TransformerConfig.Port;
import fairlead.discovery.TransformerConfig.Replace;
import fairlead.naming.Addr;
import fairlead.naming.Dtabs;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Delegation trees as JSON: spec/admin.md §5, spec/routing.md §10.5 and §10.6. */
class DelegationTest {
  private static final String WORKED =
      """
      /beh => /#/error ; /bah/humbug => /$/inet/127.1/8080 ; /foo => /bah | /beh | /$/fail ;
      /foo => /bar ; /boo => /foo ; /meh => /heh ; /neg => ~
      """;
  private static final String BOO =
      """
      {"type":"delegate","path":"/boo/humbug","delegate":
       {"type":"alt","path":"/foo/humbug","dentry":{"prefix":"/boo","dst":"/foo"},"alt":[
        {"type":"neg","path":"/bar/humbug","dentry":{"prefix":"/foo","dst":"/bar"}},
        {"type":"delegate","path":"/bah/humbug",
         "dentry":{"prefix":"/foo","dst":"/bah | /beh | /$/fail"},"delegate":
         {"type":"leaf","path":"/$/inet/127.1/8080",
          "dentry":{"prefix":"/bah/humbug","dst":"/$/inet/127.1/8080"},
          "bound":{"addr":{"type":"bound",
            "addrs":[{"ip":"127.0.0.1","port":8080,"meta":{}}],"meta":{}},
           "id":"/$/inet/127.1/8080","path":"/"}}},
        {"type":"delegate","path":"/beh/humbug",
         "dentry":{"prefix":"/foo","dst":"/bah | /beh | /$/fail"},"delegate":
         {"type":"exception","path":"/#/error/humbug","dentry":{"prefix":"/beh","dst":"/#/error"},
          "message":"error naming /#/error/humbug"}},
        {"type":"fail","path":"/$/fail/humbug",
         "dentry":{"prefix":"/foo","dst":"/bah | /beh | /$/fail"}}]}}
      """;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path GATE = Paths.parse("/$/inet/10.0.0.1/15001");
  private static final String GATE_BOUND =
      """
      {"addr":{"type":"bound","addrs":[{"ip":"10.0.0.1","port":15001,"meta":{}}],"meta":{}},
       "id":"/%/PREFIX/$/inet/10.0.0.1/15001","path":"/"}
      """;

  private final Mesh mesh = new Mesh();

  @Test
  void showsTheWorkedExample() throws JsonProcessingException {
    var error =
        new ScriptedNamer("/#/error", 1)
            .answer("/humbug", new State.Failed<>("error naming /#/error/humbug"));
    var namers =
        Namers.of(List.of(new ConfiguredNamer(error.prefix(), error)), mesh.utility, Set.of());
    var interpreter = new DtabInterpreter(namers, List.of());

    assertThat(delegate(interpreter, WORKED, "/boo/humbug")).isEqualTo(compact(BOO));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      quoteCharacter = '`',
      value = {
        """
        /meh @ {"type":"delegate","path":"/meh","delegate":\
        {"type":"neg","path":"/heh","dentry":{"prefix":"/meh","dst":"/heh"}}}\
        """,
        """
        /neg @ {"type":"delegate","path":"/neg","delegate":\
        {"type":"neg","path":"~","dentry":{"prefix":"/neg","dst":"~"}}}\
        """,
        """
        /stop @ {"type":"delegate","path":"/stop","delegate":\
        {"type":"fail","path":"!","dentry":{"prefix":"/stop","dst":"!"}}}\
        """,
        """
        /none @ {"type":"delegate","path":"/none","delegate":\
        {"type":"empty","path":"$","dentry":{"prefix":"/none","dst":"$"}}}\
        """,
        """
        /nowhere @ {"type":"neg","path":"/nowhere"}\
        """,
        """
        /half @ {"type":"delegate","path":"/half","delegate":\
        {"type":"union","path":"/half","dentry":{"prefix":"/half","dst":"0.50*/a & 0.50*~"},\
        "union":[{"weight":0.5,"tree":\
        {"type":"neg","path":"/a","dentry":{"prefix":"/half","dst":"0.50*/a & 0.50*~"}}},\
        {"weight":0.5,"tree":\
        {"type":"neg","path":"~","dentry":{"prefix":"/half","dst":"0.50*/a & 0.50*~"}}}]}}\
        """,
        """
        /any @ {"type":"delegate","path":"/any","delegate":\
        {"type":"delegate","path":"/$/io.buoyant.http.anyHost/h/nowhere",\
        "dentry":{"prefix":"/any","dst":"/$/io.buoyant.http.anyHost/h/nowhere"},"delegate":\
        {"type":"neg","path":"/nowhere"}}}\
        """,
      })
  void showsEachKindOfStep(String path, String json) throws JsonProcessingException {
    String dtab =
        WORKED
            + "; /stop => ! ; /none => $ ; /half => 0.5*/a & 0.5*~ ;"
            + " /any => /$/io.buoyant.http.anyHost/h/nowhere";

    assertThat(delegate(mesh.interpreter(), dtab, path)).isEqualTo(compact(json));
  }

  @ParameterizedTest
  @CsvSource({"!, fail, !", "$, empty, $"})
  void seenD15_whatStandsBehindAnEndIsMarkedAsNotTaken(String end, String type, String path)
      throws JsonProcessingException {
    String dtab = "/svc => " + end + " | /$/nil/x";
    String rule = "{\"prefix\":\"/svc\",\"dst\":\"" + end + " | /$/nil/x\"}";

    assertThat(delegate(mesh.interpreter(), dtab, "/svc"))
        .isEqualTo(
            compact(
                """
                {"type":"delegate","path":"/svc","delegate":
                 {"type":"alt","path":"/svc","dentry":RULE,"alt":[
                  {"type":"TYPE","path":"PATH","dentry":RULE},
                  {"type":"empty","path":"/$/nil/x","dentry":RULE,"taken":false}]}}
                """
                    .replace("RULE", rule)
                    .replace("TYPE", type)
                    .replace("PATH", path)));
  }

  @Test
  void seenD15_constIsShownAsItRoutes() throws JsonProcessingException {
    var interpreter = mesh.interpreter(new Const(Paths.parse("/c"), GATE));

    assertThat(delegate(interpreter, "/svc => /nowhere", "/svc/web"))
        .isEqualTo(
            compact(
                """
                {"type":"transformation","path":"/svc/web","name":"io.l5d.const","tree":
                 {"type":"leaf","path":"/$/inet/10.0.0.1/15001","bound":GATE}}
                """
                    .replace("GATE", GATE_BOUND.replace("PREFIX", "c"))));
  }

  @Test
  void seenD15_replaceIsShownAsItRoutes() throws JsonProcessingException {
    var interpreter =
        mesh.interpreter(
            new Replace(Paths.parse("/r"), GATE), new Port(Paths.parse("/p"), 15001, false));

    String json = delegate(interpreter, "/svc => /$/inet/10.0.0.9/80", "/svc");

    assertThat(json)
        .isEqualTo(
            compact(
                """
                {"type":"delegate","path":"/svc","delegate":
                 {"type":"transformation","path":"/$/inet/10.0.0.9/80","name":"io.l5d.replace",
                  "bound":{"addr":{"type":"bound",
                    "addrs":[{"ip":"10.0.0.9","port":80,"meta":{}}],"meta":{}},
                   "id":"/$/inet/10.0.0.9/80","path":"/"},"tree":
                  {"type":"transformation","path":"/$/inet/10.0.0.1/15001","name":"io.l5d.port",
                   "bound":INNER,"tree":
                   {"type":"leaf","path":"/$/inet/10.0.0.1/15001","bound":OUTER}}}}
                """
                    .replace("INNER", GATE_BOUND.replace("PREFIX", "r"))
                    .replace("OUTER", GATE_BOUND.replace("PREFIX", "p/%/r"))));
  }

  @Test
  void seenD15_aRuleThatLeadsToItselfIsShownWithItsEnd() throws JsonProcessingException {
    String json = delegate(mesh.interpreter(), "/svc => /svc | /svc", "/svc");

    assertThat(json).contains("\"type\":\"exception\"").contains("look-ups for one name");
    assertThat(delegate(mesh.interpreter(), "/svc => /svc", "/svc"))
        .contains("more than 100 rewrites; a rule leads to itself");
  }

  @Test
  void isNotSettledWhileANamerOrASetIsPending() {
    mesh.consul.answer("/dc1/web", new State.Pending<>());
    var seen = observe(mesh.interpreter(), "/svc => /#/io.l5d.consul/dc1", "/svc/web");
    assertThat(seen.value().settled()).isFalse();

    mesh.consul.bind("/dc1/web", "10.0.0.1:80");

    assertThat(seen.value().settled()).isTrue();
  }

  @Test
  void followsChanges() {
    mesh.consul.bind("/dc1/web", "10.0.0.1:80");
    var seen = observe(mesh.interpreter(), "/svc => /#/io.l5d.consul/dc1 | /$/nil", "/svc/web");
    assertThat(fates(seen)).isEqualTo("USED SPARE");

    mesh.consul.neg("/dc1/web");
    assertThat(fates(seen)).isEqualTo("NEGATIVE USED");

    mesh.consul.answer("/dc1/web", new State.Failed<>("no leader"));
    assertThat(fates(seen)).isEqualTo("USED CUT_OFF");
  }

  @Test
  void showsWeightsAndUnresolvedEndpointsOfASet() {
    var live =
        new Addr.Live(
            Set.of(
                new Endpoint(
                    new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 80),
                    0.5,
                    Map.of("nodeName", "n1")),
                new Endpoint(InetSocketAddress.createUnresolved("web", 80))),
            Map.of("authority", "web"));

    assertThat(DelegationJson.addr(new State.Ok<>(live)))
        .hasToString(
            "{type=bound, addrs=[{ip=10.0.0.1, port=80, meta={endpoint_addr_weight=0.5,"
                + " nodeName=n1}}], meta={authority=web}}");
    assertThat(DelegationJson.addr(new State.Failed<>("broken")))
        .hasToString("{type=failed, cause=broken}");
    assertThat(DelegationJson.addr(new State.Pending<>())).hasToString("{type=pending}");
    assertThat(DelegationJson.addr(new State.Ok<>(new Addr.Neg()))).hasToString("{type=neg}");
  }

  private static String fates(Seen<Delegation> seen) {
    return seen.value() instanceof Delegation.Delegate(var _, var _, Delegation.Alt alt)
        ? String.join(" ", alt.branches().stream().map(b -> b.fate().name()).toList())
        : seen.value().toString();
  }

  private Seen<Delegation> observe(Delegator delegator, String dtab, String path) {
    var seen = Seen.of(delegator.delegate(Dtabs.parse(dtab), Paths.parse(path)));
    mesh.control.runUntilIdle();
    return seen;
  }

  private String delegate(Delegator delegator, String dtab, String path)
      throws JsonProcessingException {
    try (var seen = observe(delegator, dtab, path)) {
      assertThat(seen.value().settled()).isTrue();
      return JSON.writeValueAsString(DelegationJson.of(seen.value()));
    }
  }

  /** One line, as on the wire. */
  private static String compact(String json) throws JsonProcessingException {
    return JSON.writeValueAsString(JSON.readTree(json));
  }
}
