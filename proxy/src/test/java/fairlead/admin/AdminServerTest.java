package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.LoggerContext;
import com.fasterxml.jackson.databind.json.JsonMapper;
import fairlead.activity.State;
import fairlead.admin.AdminConfig.Security;
import fairlead.config.Secret;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.telemetry.MetricsTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The admin port over real connections on loopback ({@code spec/admin.md}). */
class AdminServerTest {
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final Duration GRACE = Duration.ofSeconds(25);
  private static final String CLOSE = "Host: localhost\r\nConnection: close";

  private final MetricsTree tree = new MetricsTree();
  private final List<Duration> shutdowns = new ArrayList<>();
  private final LoggerContext logging = new LoggerContext();
  private @Nullable AdminServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close(Duration.ZERO).toCompletableFuture().join();
    }
  }

  @Test
  void answersPing() throws IOException {
    var response = get("/admin/ping");

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("pong");
    assertThat(response.head())
        .contains("content-type: text/plain;charset=UTF-8", "X-Content-Type-Options: nosniff");
  }

  @Test
  void answersHeadLikeGetWithoutTheBody() throws IOException {
    var response = send(head("HEAD /admin/ping", CLOSE));

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.head()).contains("content-length: 4");
    assertThat(response.body()).isEmpty();
  }

  @Test
  void answersPipelinedRequestsInOrder() throws IOException {
    var first = new CompletableFuture<AdminResponse>();
    var pages =
        pages()
            .add("/late", _ -> first)
            .add("/soon", _ -> AdminResponse.text("second, " + first.isDone()).now());
    start(config(null), pages);

    try (var socket = connect()) {
      write(socket, head("GET /late", "Host: localhost") + head("GET /soon", CLOSE));
      first.complete(AdminResponse.text("first"));

      assertThat(readAll(socket)).containsSubsequence("first", "second, true");
    }
  }

  @Test
  void unknownPathsAre404EmptyOrForPeopleAPage() throws IOException {
    assertThat(get("/nothing").status()).isEqualTo(404);
    assertThat(get("/nothing").body()).isEmpty();
    var page = get("/<script>", "Accept: text/html");
    assertThat(page.status()).isEqualTo(404);
    assertThat(page.body()).contains("&lt;script&gt;").doesNotContain("<script>");
    assertThat(get("/nothing.html").body()).contains("no page");
  }

  @Test
  void listsEveryPage() throws IOException {
    var index = get("/admin/index.txt");

    assertThat(index.body()).startsWith("/\n").contains("\n/admin/ping\n").endsWith("\n");
    assertThat(get("/admin").body()).isEqualTo(index.body());
  }

  @Test
  void metricsAreFlatWithTheKindsAsNumbers() throws IOException {
    fillMetrics();

    assertThat(get("/admin/metrics.json?q=rt/http/service").body())
        .isEqualTo("{\"svc/web/latency_ms.count\":0,\"svc/web/requests\":2,\"svc/web/size\":1.0}");
  }

  @Test
  void metricsAreATreeOfWholeNames() throws IOException {
    fillMetrics();

    assertThat(get("/admin/metrics.json?tree=1&q=rt").body())
        .isEqualTo(
            "{\"http\":{\"service\":{\"svc/web\":{\"latency_ms\":{\"stat.count\":0},"
                + "\"requests\":{\"counter\":2},\"size\":{\"gauge\":1.0}}}}}");
    assertThat(get("/admin/metrics.json?tree=T&q=rt/http/service/svc/web/requests").body())
        .isEqualTo("{\"counter\":2}");
  }

  @Test
  void metricsArePrettyWhenAskedFor() throws IOException {
    fillMetrics();

    assertThat(get("/admin/metrics.json?pretty=true&q=rt").body()).contains("{\n  \"http/");
    assertThat(get("/admin/metrics.json?q=rt").head()).contains("content-type: application/json\r");
  }

  @Test
  void anUnknownSubtreeIs404() throws IOException {
    var response = get("/admin/metrics.json?q=no/such");

    assertThat(response.status()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("{\"error\":\"No such subtree: no/such\"}");
  }

  @Test
  void compressesTextForCallersThatAcceptIt() throws IOException {
    tree.scope("a").scope("b".repeat(400)).counter("n");
    start(config(null), pages());

    byte[] raw;
    try (var socket = connect()) {
      write(socket, head("GET /admin/metrics.json", "Accept-Encoding: gzip", CLOSE));
      raw = socket.getInputStream().readAllBytes();
    }

    String text = new String(raw, StandardCharsets.ISO_8859_1);
    int body = text.indexOf("\r\n\r\n") + 4;
    assertThat(text).contains("content-encoding: gzip");
    var in = new GZIPInputStream(new ByteArrayInputStream(raw, body, raw.length - body));
    assertThat(new JsonMapper().readTree(in).size()).isPositive();
  }

  @Test
  void showsClientsInEveryState() throws IOException {
    var web = new Endpoint(new InetSocketAddress(LOOPBACK, 8080));
    Map<Path, State<Addr>> clients =
        Map.of(
            Path.of("a"), new State.Pending<>(),
            Path.of("b"), new State.Failed<>("no leader"),
            Path.of("c"), new State.Ok<>(new Addr.Neg()),
            Path.of("d"), new State.Ok<>(new Addr.Live(Set.of(web))));
    var page = StatePages.clientState(() -> CompletableFuture.completedFuture(clients));
    start(config(null), pages().add("/client_state.json", page));

    assertThat(get("/client_state.json").body())
        .isEqualTo(
            "{\"/a\":{\"state\":\"Pending\",\"addresses\":[]},"
                + "\"/b\":{\"state\":\"Failed: no leader\",\"addresses\":[]},"
                + "\"/c\":{\"state\":\"Neg\",\"addresses\":[]},"
                + "\"/d\":{\"state\":\"bound\",\"addresses\":[\"127.0.0.1:8080\"]}}");
  }

  @Test
  void listsBoundNames() throws IOException {
    var ids = List.of(Path.of("#", "io.l5d.fs", "web"), Path.of("#", "io.l5d.fs", "users"));
    var page = StatePages.boundNames(() -> CompletableFuture.completedFuture(ids));
    start(config(null), pages().add("/bound-names.json", page));

    assertThat(get("/bound-names.json").body())
        .isEqualTo("[\"/#/io.l5d.fs/users\",\"/#/io.l5d.fs/web\"]");
  }

  @Test
  void tellsAboutTheProcess() throws IOException {
    assertThat(get("/admin/server_info").body()).contains("\"version\" : \"1.2.3\"");
    assertThat(get("/admin/server_info", "Accept: text/html").body()).startsWith("<pre>{\n");
    assertThat(get("/admin/threads.json").body())
        .startsWith("{\"threads\":{\"")
        .contains("\"thread\":\"admin-", "\"stack\":[");
  }

  @Test
  void shutdownTakesOnlyPost() throws IOException {
    var response = get("/admin/shutdown");

    assertThat(response.status()).isEqualTo(405);
    assertThat(response.head()).contains("Allow: POST");
    assertThat(shutdowns).isEmpty();
  }

  @Test
  void shutdownTakesAGraceTime() throws IOException {
    assertThat(post("/admin/shutdown?grace=1.minute%2B30.seconds").body()).isEqualTo("quitting\n");
    assertThat(post("/admin/shutdown").status()).isEqualTo(200);
    var bad = post("/admin/shutdown?grace=soon");

    assertThat(bad.status()).isEqualTo(400);
    assertThat(bad.body())
        .isEqualTo("could not parse 'grace' parameter: soon is not a valid duration");
    assertThat(shutdowns).containsExactly(Duration.ofSeconds(90), GRACE);
  }

  @Test
  void logLevelsAreShownAndChanged() throws IOException {
    logging.getLogger("fairlead.routing");
    assertThat(get("/logging.json").body())
        .startsWith("[{\"logger\":\"root\",\"level\":\"DEBUG\"},")
        .contains("{\"logger\":\"fairlead.routing\",\"level\":\"DEBUG\"}");

    assertThat(post("/logging.json?logger=root&level=warning").status()).isEqualTo(200);
    assertThat(post("/logging.json?logger=nobody&level=INFO").status()).isEqualTo(200);
    assertThat(post("/logging.json?logger=root").status()).isEqualTo(400);

    assertThat(get("/logging.json").body())
        .contains("{\"logger\":\"fairlead.routing\",\"level\":\"WARNING\"}")
        .doesNotContain("nobody");
  }

  @Test
  void formPostsCarryParameters() throws IOException {
    start(config(null), pages());

    send(
        head(
                "POST /logging.json",
                CLOSE,
                "Content-Length: 23",
                "Content-Type: application/x-www-form-urlencoded")
            + "logger=root&level=ERROR");

    assertThat(get("/logging.json").body())
        .startsWith("[{\"logger\":\"root\",\"level\":\"ERROR\"}");
  }

  @Test
  void theOverviewLoadsNothingFromElsewhere() throws IOException {
    var page = get("/");

    assertThat(page.head()).contains("default-src 'none'", "text/html;charset=UTF-8");
    assertThat(page.body()).contains("files/overview.js").doesNotContain("http://", "https://");
    for (String name : List.of("overview.js", "dom.js", "delegation.js", "style.css", "icon.svg")) {
      assertThat(get("/files/" + name).status()).as(name).isEqualTo(200);
    }
    assertThat(get("/files/..%2f..%2fAdminServer.class").status()).isEqualTo(404);
  }

  @Test
  void theSecurityFilterHidesWhatIsNotEnabled() throws IOException {
    var security =
        new Security(
            true,
            true,
            false,
            List.of(Pattern.compile("/admin/ping")),
            List.of(Pattern.compile("/admin/metrics.*")));
    start(config(security), pages());

    assertThat(get("/admin/ping").status()).isEqualTo(200);
    assertThat(get("/").status()).isEqualTo(200);
    assertThat(get("/admin/metrics.json").status()).isEqualTo(404);
    assertThat(get("/admin/threads.json", "Accept: text/html").body()).isEmpty();
  }

  @Test
  void threat58_aNameThatIsNotOursIsRefused() throws IOException {
    start(config(null), pages());

    assertThat(hostStatus("evil.example:9990")).isEqualTo(403);
    assertThat(hostStatus("localhost:9990")).isEqualTo(200);
    assertThat(hostStatus("10.0.0.7:9990")).isEqualTo(200);
    assertThat(hostStatus("[::1]:9990")).isEqualTo(200);
  }

  @Test
  void threat58_aPageOfAnotherSiteCannotShutUsDown() throws IOException {
    assertThat(post("/admin/shutdown", "Origin: http://evil.example").status()).isEqualTo(403);
    assertThat(post("/admin/shutdown", "Origin: null").status()).isEqualTo(403);
    assertThat(shutdowns).isEmpty();
    assertThat(post("/admin/shutdown", "Origin: http://localhost").status()).isEqualTo(200);
  }

  @Test
  void threat59_theTokenIsNotShown() {
    var config = new AdminConfig(LOOPBACK, 0, Duration.ZERO, null, new Secret("canary"));

    assertThat(config.toString()).doesNotContain("canary");
  }

  @Test
  void threat47_longLinesAndHeadsAreRefused() throws IOException {
    assertThat(get("/" + "x".repeat(5000)).status()).isIn(400, 414);
    assertThat(get("/admin/ping", "X: " + "x".repeat(9000)).status()).isIn(400, 431);
  }

  @Test
  void aPageThatFailsIs500AndCostsNothingElse() throws IOException {
    start(
        config(null),
        pages()
            .add(
                "/broken",
                _ -> {
                  throw new IllegalStateException("planted");
                })
            .add("/late", _ -> CompletableFuture.failedFuture(new IllegalStateException("late"))));

    assertThat(get("/broken").status()).isEqualTo(500);
    assertThat(get("/late").status()).isEqualTo(500);
    assertThat(get("/admin/ping").status()).isEqualTo(200);
  }

  @Test
  void countsItself() throws IOException {
    get("/admin/ping");
    get("/admin/ping");

    assertThat(get("/admin/metrics.json?q=adminhttp").body()).contains("\"requests\":2");
  }

  @Test
  void aTakenPortIsAnErrorThatNamesIt() throws IOException {
    start(config(null), pages());
    int taken = server().address().getPort();
    var config = new AdminConfig(LOOPBACK, taken, Duration.ZERO, null, null);

    assertThatThrownBy(() -> AdminServer.start(config, pages(), new MetricsTree()))
        .isInstanceOf(IOException.class)
        .hasMessage("admin: 127.0.0.1:" + taken + ": cannot listen");
  }

  private AdminConfig config(@Nullable Security security) {
    return new AdminConfig(LOOPBACK, 0, GRACE, security, null);
  }

  private AdminPages pages() {
    var pages = new AdminPages();
    ProcessPages.addTo(pages, "1.2.3");
    StaticFiles.addTo(pages, AdminServer.class);
    return pages
        .add("/admin/metrics.json", new MetricsPage(tree::snapshot))
        .addControl("/logging.json", new LoggingPage(logging))
        .addControl("/admin/shutdown", new ShutdownPage(GRACE, shutdowns::add));
  }

  private void fillMetrics() {
    var web = tree.scope("rt").scope("http").scope("service").scope("svc/web");
    web.counter("requests").add(2);
    web.gauge("size", () -> 1);
    web.stat("latency_ms");
    tree.summariseNow();
  }

  private void start(AdminConfig config, AdminPages pages) throws IOException {
    server = AdminServer.start(config, pages, tree);
  }

  private AdminServer server() throws IOException {
    if (server == null) {
      start(config(null), pages());
    }
    return Objects.requireNonNull(server);
  }

  private record Response(int status, String head, String body) {}

  private int hostStatus(String host) throws IOException {
    return send(head("GET /admin/ping", "Host: " + host, "Connection: close")).status();
  }

  private Response get(String target, String... headers) throws IOException {
    return request("GET", target, headers);
  }

  private Response post(String target, String... headers) throws IOException {
    return request("POST", target, headers);
  }

  private Response request(String method, String target, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add(CLOSE);
    return send(head(method + " " + target, all.toArray(String[]::new)));
  }

  private static String head(String start, String... headers) {
    return start + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  private Response send(String request) throws IOException {
    try (var socket = connect()) {
      write(socket, request);
      String all = readAll(socket);
      int end = all.indexOf("\r\n\r\n");
      int status = Integer.parseInt(all.substring(9, 12));
      return new Response(status, all.substring(0, end + 2), all.substring(end + 4));
    }
  }

  private Socket connect() throws IOException {
    return new Socket(LOOPBACK, server().address().getPort());
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String readAll(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
