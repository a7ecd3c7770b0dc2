package fairlead.admin;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.State;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The pages over real connections on loopback ({@code spec/admin.md} §3 to §8). */
class AdminPagesTest extends AdminFixture {
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
  void showsClientsInEveryState() throws IOException {
    var web = new Endpoint(new InetSocketAddress(LOOPBACK, 8080));
    Map<Path, ClientState> clients =
        Map.of(
            Path.of("a"), ClientState.of(new State.Pending<>()),
            Path.of("b"), ClientState.of(new State.Failed<>("no leader")),
            Path.of("c"), ClientState.of(new State.Ok<>(new Addr.Neg())),
            Path.of("d"), ClientState.of(new State.Ok<>(new Addr.Live(Set.of(web)))),
            Path.of("e"),
                new ClientState(
                    new State.Ok<>(new Addr.Live(Set.of(web))),
                    Map.of(web, new ClientState.Out("refused", Duration.ofSeconds(5), false)),
                    Map.of(web, new ClientState.Limit(23, 9, Duration.ofNanos(1_500_000))),
                    Map.of()));
    var page = StatePages.clientState(() -> CompletableFuture.completedFuture(clients));
    start(config(null), pages().add("/client_state.json", page));

    assertThat(get("/client_state.json").body())
        .isEqualTo(
            "{\"/a\":{\"state\":\"Pending\",\"addresses\":[]},"
                + "\"/b\":{\"state\":\"Failed: no leader\",\"addresses\":[]},"
                + "\"/c\":{\"state\":\"Neg\",\"addresses\":[]},"
                + "\"/d\":{\"state\":\"bound\",\"addresses\":[\"127.0.0.1:8080\"]},"
                + "\"/e\":{\"state\":\"bound\",\"addresses\":[\"127.0.0.1:8080\"],"
                + "\"out\":{\"127.0.0.1:8080\":"
                + "{\"reason\":\"refused\",\"forMs\":5000,\"tried\":false}},"
                + "\"limits\":{\"127.0.0.1:8080\":"
                + "{\"limit\":23,\"inProgress\":9,\"baselineMs\":1.5}}}}");
  }

  @Test
  void showsWhatEndpointsBearAndWhoIsOut() throws IOException {
    var one = new Endpoint(new InetSocketAddress(LOOPBACK, 8080));
    var two = new Endpoint(new InetSocketAddress(LOOPBACK, 8081), 0.5, Map.of());
    Map<Path, ClientState> clients =
        Map.of(
            Path.of("a"),
            ClientState.of(new State.Failed<>("no leader")),
            Path.of("b"),
            new ClientState(
                new State.Ok<>(new Addr.Live(Set.of(one, two))),
                Map.of(two, new ClientState.Out("refused", Duration.ofSeconds(5), false)),
                Map.of(),
                Map.of(one, new ClientState.Load(2, 1), two, new ClientState.Load(0.125, 0.5))));
    var page = StatePages.endpoints(() -> CompletableFuture.completedFuture(clients));
    start(config(null), pages().add("/endpoints.json", page));

    assertThat(get("/endpoints.json").body())
        .isEqualTo(
            "[{\"client\":\"/a\",\"state\":\"Failed: no leader\",\"endpoints\":[]},"
                + "{\"client\":\"/b\",\"state\":\"bound\",\"endpoints\":["
                + "{\"address\":\"127.0.0.1:8080\",\"weight\":1.0,\"load\":2.0,\"share\":1.0,"
                + "\"state\":\"used\"},"
                + "{\"address\":\"127.0.0.1:8081\",\"weight\":0.5,\"load\":0.13,\"share\":0.5,"
                + "\"state\":\"out\",\"reason\":\"refused\",\"forMs\":5000}]}]");
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
    assertThat(page.body()).contains("files/main.js").doesNotContain("http://", "https://");
    for (String name : List.of("main.js", "overview.js", "dom.js", "style.css", "icon.svg")) {
      assertThat(get("/files/" + name).status()).as(name).isEqualTo(200);
    }
    assertThat(get("/delegator").body()).isEqualTo(page.body());
    assertThat(get("/files/..%2f..%2fAdminServer.class").status()).isEqualTo(404);
  }

  private void fillMetrics() {
    var web = tree.scope("rt").scope("http").scope("service").scope("svc/web");
    web.counter("requests").add(2);
    web.gauge("size", () -> 1);
    web.stat("latency_ms");
    tree.summariseNow();
  }
}
