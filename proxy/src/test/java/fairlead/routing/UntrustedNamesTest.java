package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.admin.AdminRequest;
import fairlead.admin.MetricsPage;
import fairlead.routing.RouterConfig.BindingCache;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.server.GuardConfig;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.PrometheusPage;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What callers may do with the names that they send, on the wire (threats 52–56, 60). */
@Timeout(120)
class UntrustedNamesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private @Nullable Rig opened;

  private Rig rig(Rig.Options options) {
    var rig = new Rig(options);
    opened = rig;
    return rig;
  }

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private static String get(String target, String... fields) {
    var text = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
    for (String field : fields) {
      text.append(field).append("\r\n");
    }
    return text.append("\r\n").toString();
  }

  // 52: what callers send appears in metrics and errors.

  @Test
  void threat52_oddNamesCannotLeaveTheirPlaceInMetricsAndErrors() throws Exception {
    var options = new Rig.Options();
    options.identifiers = List.of(new IdentifierConfig.HeaderToken("my-svc"));
    var rig = rig(options);
    var odd =
        List.of(
            "a\"} 1\\n",
            "</script><b>",
            "\\",
            "a{b=\"c\"}",
            "\u00e4\u0085\u009b31m",
            "x".repeat(4000));
    for (String name : odd) {
      rig.interpreter.name(name).set(new fairlead.naming.NameTree.Neg<>());
      String answer = rig.caller().ask(get("/", "Host: web", "my-svc: " + name));

      assertThat(answer).startsWith("HTTP/1.1 502 ");
      assertThat(answer.replace("\r\n", "\n")).matches("(?s)[\\n -~]*");
      assertThat(String.valueOf(Wire.header(answer, "l5d-err"))).matches("[-+%.*_A-Za-z0-9]*");
    }

    var snapshot = rig.metrics.snapshot();
    assertThat(names(snapshot)).allMatch(name -> name.matches("[-_:.#$%\\\\/ 0-9A-Za-z]+"));
    assertThat(names(snapshot)).allMatch(name -> name.length() < 2000);
    assertThat(PrometheusPage.of(rig.metrics, false, "").whole().toString().lines())
        .isNotEmpty()
        .allMatch(
            line ->
                line.matches("# HELP [a-zA-Z_:][a-zA-Z0-9_:]* [-,.:a-zA-Z0-9_ ]+")
                    || line.matches(
                        "[a-zA-Z_:][a-zA-Z0-9_:]*(\\{[a-z_]+=\"([^\"\\\\]|\\\\.)*\".*\\})? \\S+"));
    var page =
        new MetricsPage(rig.metrics, _ -> false, Runnable::run)
            .answer(metricsJson())
            .toCompletableFuture()
            .join();
    var fields = new ObjectMapper().readTree(page.body().toString()).properties();
    assertThat(fields.stream().map(Map.Entry::getKey))
        .isNotEmpty()
        .allMatch(name -> name.matches("[-_:.#$%\\\\/ 0-9A-Za-z]+"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\rb", "a\u001b[31mb", "a\0b", "a\u007fb"})
  void threat52_lineEndsAndTerminalCommandsNeverGetThatFar(String name) throws Exception {
    var options = new Rig.Options();
    options.identifiers = List.of(new IdentifierConfig.HeaderToken("my-svc"));
    var rig = rig(options);

    assertThat(rig.caller().ask(get("/", "Host: web", "my-svc: " + name)))
        .startsWith("HTTP/1.0 400 Bad Request\r\n")
        .contains("Content-Length: 0\r\n");
    assertThat(names(rig.metrics.snapshot())).noneMatch(n -> n.startsWith("rt/http/service"));
  }

  private static AdminRequest metricsJson() {
    return new AdminRequest(
        HttpMethod.GET,
        "/admin/metrics.json",
        "/admin/metrics.json",
        Map.of(),
        new DefaultHttpHeaders(),
        "",
        new InetSocketAddress(0));
  }

  private static List<String> names(MetricsSnapshot root) {
    var all = new java.util.ArrayList<String>();
    collect("", root, all);
    return all;
  }

  private static void collect(String at, MetricsSnapshot node, List<String> all) {
    node.children()
        .forEach(
            (name, child) -> {
              String path = at.isEmpty() ? name : at + "/" + name;
              all.add(path);
              collect(path, child, all);
            });
  }

  // 53: each name costs something.

  @Test
  void threat53_randomHostsTakeNoMoreMemoryThanTheCachesAllow() throws Exception {
    var options = new Rig.Options();
    options.cache = new BindingCache(20, 20, 20, 20, Duration.ofMinutes(10));
    var rig = rig(options);
    rig.backend("web", OK);
    var caller = rig.caller();
    var random = new java.util.Random(53);
    int most = 0;
    for (int n = 0; n < 3000; n++) {
      String host = Long.toHexString(random.nextLong());
      assertThat(caller.ask(get("/", "Host: " + host))).startsWith("HTTP/1.1 502 ");
      if (n % 100 == 99) {
        most = Math.max(most, names(rig.metrics.snapshot()).size());
      }
    }

    assertThat(most).isLessThan(20 * 30);
    assertThat(rig.counter("rt", "http", "bindcache", "path", "evicts")).isGreaterThan(2900);
    assertThat(caller.ask(get("/", "Host: web"))).endsWith("ok");
  }

  // 54: what other proxies believe.

  @Test
  void threat54_xForwardedHeadersPassAndAreNotBelieved() throws Exception {
    var options = new Rig.Options();
    options.forwarded = new ForwardedConfig(new Labeler.Ip(), new Labeler.Ip());
    options.clearContext = true;
    var rig = rig(options);
    var backend = rig.backend("web", OK);

    String answer =
        rig.caller()
            .ask(
                get(
                    "/",
                    "Host: web",
                    "X-Forwarded-For: 192.0.2.1",
                    "X-Forwarded-Host: other",
                    "X-Real-IP: 192.0.2.2",
                    "Forwarded: for=192.0.2.3"));

    assertThat(answer).endsWith("ok");
    assertThat(backend.head())
        .contains(
            "X-Forwarded-For: 192.0.2.1\r\n",
            "X-Forwarded-Host: other\r\n",
            "X-Real-IP: 192.0.2.2\r\n",
            "Forwarded: for=192.0.2.3\r\n",
            "Forwarded: by=127.0.0.1;for=127.0.0.1;host=web\r\n")
        .contains("Host: web\r\n");
  }

  // 55: addresses of the caller's choice.

  @ParameterizedTest
  @ValueSource(strings = {"l5d-dtab", "l5d-ctx-dtab"})
  void threat55_aRequestsDtabCannotNameAnAddress(String header) throws Exception {
    var rig = rig(new Rig.Options());
    rig.backend("web", OK);
    var caller = rig.caller();

    String answer =
        caller.ask(get("/", "Host: web", header + ": /svc => /$/inet/169.254.169.254/80"));

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith(
            "l5d-dtab: /$/inet/169.254.169.254/80 names an address of the caller's choice, which"
                + " this listener does not allow (allowAddressesInDtab)");
    assertThat(caller.ask(get("/", "Host: web", header + ": /svc/x => /svc/web"))).endsWith("ok");
  }

  @Test
  void threat55_whoWantsItCanAllowIt() throws Exception {
    var options = new Rig.Options();
    var usual = GuardConfig.DEFAULT;
    options.guard =
        new GuardConfig(
            usual.patience(),
            usual.requestTimeout(),
            usual.maxConnections(),
            usual.proxyProtocolFrom(),
            true);
    var rig = rig(options);
    rig.backend("web", OK);

    assertThat(rig.caller().ask(get("/", "Host: web", "l5d-dtab: /svc/x => /$/inet/127.0.0.1/80")))
        .endsWith("ok");
  }

  @Test
  void threat55_whateverNamedItALinkLocalAddressIsNotConnectedTo() throws Exception {
    var rig = rig(new Rig.Options());
    rig.interpreter.bind("metadata", new InetSocketAddress("169.254.169.254", 80));

    assertThat(rig.caller().ask(get("/latest/meta-data/", "Host: metadata")))
        .startsWith("HTTP/1.1 502 ");
    assertThat(rig.count("rt/http/client/#/test/metadata/connects")).isZero();
    assertThat(rig.count("rt/http/client/#/test/metadata/failures")).isZero();
  }

  // 60: a router that sends to itself.

  @Test
  void threat60_aLoopEndsWithAnAnswerThatSaysSo() throws Exception {
    var options = new Rig.Options();
    options.maxCallDepth = 20;
    var rig = rig(options);
    rig.interpreter.bind("web", rig.address);

    String answer = rig.caller().ask(get("/", "Host: web"));

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith("Maximum number of calls (20) has been exceeded. Please check for proxy loops.");
    rig.awaitQuiet("web");
    assertThat(rig.count("rt/http/server/127.0.0.1/0/connects")).isEqualTo(22);
  }

  @Test
  void threat60_withTheDefaultALoopCostsAThousandConnectionsAtMost() throws Exception {
    var rig = rig(new Rig.Options());
    rig.interpreter.bind("web", rig.address);
    var answers = new AtomicInteger();
    for (int n = 0; n < 3; n++) {
      String answer = rig.caller().ask(get("/", "Host: web"));
      // What comes first: the depth; Via, which grows at each hop, fills the head; or no more
      // files.
      assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|431|502|503) .*");
      answers.incrementAndGet();
    }

    assertThat(answers).hasValue(3);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/connects")).isLessThan(1010);
  }
}
