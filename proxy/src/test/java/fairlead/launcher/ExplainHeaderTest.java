package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code l5d-explain} through two routers that run, on sockets. */
@Timeout(120)
class ExplainHeaderTest {
  private static final String ROUTER =
      """
      admin: {port: 0}
      namers:
      - {kind: io.l5d.fs, rootDir: DISCO}
      routers:
      - protocol: http
        label: LABEL
        dtab: /svc => /#/io.l5d.fs
        service:
          responseClassifier: {kind: io.l5d.http.retryableRead5XX}
          retries: {backoff: {kind: constant, ms: 0}}
        servers:
        - {port: 0, http2: true, diagnostics: {from: [FROM]}}
      """;

  @TempDir Path outgoing;
  @TempDir Path incoming;

  private final List<Proxy> proxies = new ArrayList<>();
  private final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Integer> received = new ConcurrentLinkedQueue<>();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpServer backend = HttpServer.create();

  ExplainHeaderTest() throws IOException {}

  @BeforeEach
  void serve() throws IOException {
    backend = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    backend.createContext(
        "/",
        exchange -> {
          asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("l5d-explain")));
          received.add(exchange.getRequestBody().readAllBytes().length);
          byte[] body = "the body".getBytes(StandardCharsets.US_ASCII);
          exchange.getResponseHeaders().set("Content-Type", "text/x-own");
          exchange.sendResponseHeaders(
              exchange.getRequestURI().getPath().equals("/bad") ? 500 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    backend.start();
  }

  @AfterEach
  void stop() {
    proxies.forEach(Proxy::close);
    backend.stop(0);
    client.close();
  }

  private int start(String label, Path disco, String from) throws IOException {
    String yaml =
        ROUTER.replace("DISCO", disco.toString()).replace("LABEL", label).replace("FROM", from);
    var loaded = ConfigurationLoader.load(ConfigText.of("f.yaml", yaml), Machines.host(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    var proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()), ShownConfig.NOTHING, 1, _ -> {});
    proxies.add(proxy);
    return proxy.addresses(label).getFirst().getPort();
  }

  /** Two hops to the backend; the port of the first. */
  private int twoHops(String from, String nextFrom) throws IOException {
    Files.writeString(incoming.resolve("web"), "127.0.0.1 " + backend.getAddress().getPort());
    int second = start("in", incoming, nextFrom);
    Files.writeString(outgoing.resolve("web"), "127.0.0.1 " + second);
    return start("out", outgoing, from);
  }

  private HttpResponse<String> get(int port, String path, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("l5d-dst-unused", "x");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** As {@code io.l5d.header.token} names by Host, which this client cannot set. */
  private HttpResponse<String> explain(int port, String form) throws Exception {
    return get(port, "/", "l5d-explain", form, "l5d-dtab", webFor(port));
  }

  private static String webFor(int port) {
    return "/svc/127.0.0.1:" + port + " => /#/io.l5d.fs/web";
  }

  private static JsonNode json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void eachHopTellsALineOfTheHead() throws Exception {
    int port = twoHops("127.0.0.0/8", "127.0.0.1");

    var answer = explain(port, "1");

    assertThat(answer.body()).isEqualTo("the body");
    List<String> lines = answer.headers().allValues("l5d-explain");
    assertThat(lines).hasSize(2).allMatch(line -> line.length() <= 1536);
    JsonNode out = json(lines.getFirst());
    assertThat(out.path("router").textValue()).startsWith("out on 127.0.0.1:");
    assertThat(out.path("identify").toString()).contains("io.l5d.header.token (Host): /svc/");
    assertThat(out.path("delegate").toString()).contains("/#/io.l5d.fs/web", "bound");
    assertThat(out.path("name").textValue()).isEqualTo("/svc/127.0.0.1:" + port);
    assertThat(out.path("attempts").get(0).path("end").textValue()).isEqualTo("200");
    assertThat(out.path("attempts").get(0).path("endpoint").textValue())
        .isEqualTo("127.0.0.1:" + proxies.getFirst().addresses("in").getFirst().getPort());
    assertThat(out.path("ms").path("total").doubleValue()).isPositive();
    JsonNode in = json(lines.getLast());
    assertThat(in.path("router").textValue()).startsWith("in on ");
    assertThat(in.path("attempts").get(0).path("endpoint").textValue())
        .isEqualTo("127.0.0.1:" + backend.getAddress().getPort());
  }

  @Test
  void theBodyTellsBothHopsInTheWordsOfExplain() throws Exception {
    int port = twoHops("127.0.0.0/8", "127.0.0.1");

    var answer = explain(port, "body");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain; charset=utf-8");
    assertThat(answer.headers().firstValue("l5d-explain")).isEmpty();
    assertThat(answer.body())
        .doesNotContain("the body")
        .containsPattern("(?m)^identify +io.l5d.header.token \\(Host\\): /svc/")
        .containsPattern("(?m)^result +the only one is taken")
        .containsPattern("(?m)^attempts +127.0.0.1:[0-9]+  200  \\([0-9.]+ ms for a connection")
        .containsPattern("(?m)^time +[0-9.]+ ms: explaining ")
        .containsPattern("(?s)the next hop.*router +in on .*" + backend.getAddress().getPort());
  }

  @Test
  void machinesGetJson() throws Exception {
    int port = twoHops("127.0.0.0/8", "127.0.0.1");

    var hops = json(explain(port, "json").body()).path("hops");

    assertThat(hops).hasSize(2);
    assertThat(hops.get(0).path("router").textValue()).startsWith("out on ");
    assertThat(hops.get(1).path("router").textValue()).startsWith("in on ");
  }

  @Test
  void whoMayNotAskIsToldNothingAndTheBackendIsNotAsked() throws Exception {
    int port = twoHops("192.0.2.0/24", "127.0.0.1");

    var answer = explain(port, "body");

    assertThat(answer.body()).isEqualTo("the body");
    assertThat(answer.headers().firstValue("l5d-explain")).isEmpty();
    assertThat(asked).containsExactly("null");
  }

  @Test
  void aHopThatDoesNotTrustThisOneTellsNothing() throws Exception {
    int port = twoHops("127.0.0.0/8", "192.0.2.0/24");

    var answer = explain(port, "1");

    assertThat(answer.headers().allValues("l5d-explain"))
        .singleElement()
        .asString()
        .contains("\"router\":\"out on ");
  }

  @Test
  void retriesAndTheEndpointThatFailedAreTold() throws Exception {
    int dead;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = socket.getLocalPort();
    }
    Files.writeString(outgoing.resolve("web"), "127.0.0.1 " + dead);
    int port = start("out", outgoing, "127.0.0.1");

    var refused = get(port, "/", "l5d-explain", "1", "l5d-dtab", webFor(port));

    assertThat(refused.statusCode()).isEqualTo(502);
    var told = json(refused.headers().firstValue("l5d-explain").orElseThrow());
    assertThat(told.path("answer").intValue()).isEqualTo(502);
    assertThat(told.path("attempts").get(0).path("end").textValue()).contains("127.0.0.1:" + dead);

    Files.writeString(incoming.resolve("web"), "127.0.0.1 " + backend.getAddress().getPort());
    int retrying = start("in", incoming, "127.0.0.1");
    var failed = get(retrying, "/bad", "l5d-explain", "1", "l5d-dtab", webFor(retrying));
    var again = json(failed.headers().firstValue("l5d-explain").orElseThrow());

    assertThat(failed.statusCode()).isEqualTo(500);
    assertThat(again.path("retries").intValue()).isPositive();
    assertThat(again.path("attempts")).hasSizeGreaterThan(1);
  }

  @Test
  void aNameThatIsBoundToNothingIsExplained() throws Exception {
    int port = twoHops("127.0.0.1", "127.0.0.1");

    var answer = get(port, "/", "l5d-explain", "body");

    assertThat(answer.statusCode()).isEqualTo(502);
    assertThat(answer.body()).contains("no such name", "none: the answer would be 502");
    assertThat(asked).isEmpty();
  }

  @Test
  void manyEndpointsDoNotMakeTheLineLonger() throws Exception {
    var many = new StringBuilder("127.0.0.1 " + backend.getAddress().getPort() + "\n");
    for (int i = 1; i < 200; i++) {
      many.append("192.0.2.").append(i).append(" 80 * 0.001\n");
    }
    Files.writeString(outgoing.resolve("web"), many);
    int port = start("out", outgoing, "127.0.0.1");

    String line = explain(port, "1").headers().firstValue("l5d-explain").orElseThrow();

    assertThat(line.length()).isLessThanOrEqualTo(1536);
    assertThat(json(line).path("delegate").toString()).containsPattern("and [0-9]+ more");
  }

  @Test
  void aBodyThatWaitsForTheExplanationArrivesWhole() throws Exception {
    int port = twoHops("127.0.0.1", "127.0.0.1");
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
            .header("l5d-explain", "body")
            .header("l5d-dtab", webFor(port))
            .POST(HttpRequest.BodyPublishers.ofString("x".repeat(300_000)))
            .build();

    var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("the next hop");
    assertThat(received).contains(300_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "json"})
  void callersOfHttp2AreToldToo(String form) throws Exception {
    int port = twoHops("127.0.0.1", "127.0.0.1");
    try (var h2 = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      var request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
              .header("l5d-explain", form)
              .header("l5d-dtab", webFor(port))
              .build();

      var answer = h2.send(request, HttpResponse.BodyHandlers.ofString());

      String told =
          form.equals("1")
              ? answer.headers().firstValue("l5d-explain").orElseThrow()
              : json(answer.body()).path("hops").get(0).toString();
      assertThat(json(told).path("router").textValue()).startsWith("out on ");
    }
  }
}
