package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fairlead.config.ConfigText;
import fairlead.discovery.consul.FakeConsul;
import fairlead.identity.Machine;
import fairlead.launcher.MetricRows.Row;
import fairlead.tls.TestCa;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The names of {@code metric-names.txt} on a proxy that had a little of everything: TLS, HTTP/1 and
 * HTTP/2, bodies of both kinds, retries, failures, a timeout, Consul, files and plain addresses.
 */
@Timeout(120)
class MetricNamesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  private final List<AutoCloseable> closing = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();

  @TempDir Path dir;

  @AfterEach
  void close() throws Exception {
    over.countDown();
    for (var each : closing.reversed()) {
      each.close();
    }
  }

  @Test
  void everyNameIsThereAndWhatHappenedIsCounted() throws Exception {
    var ca = new TestCa(dir, "ca");
    ca.issue("localhost").write(dir, "web");
    int backend = backend().getAddress().getPort();
    var consul = consul();
    serve(consul, backend);
    var proxy = start(config(backend, consul.port()));
    var admin = "http://127.0.0.1:" + proxy.adminAddress().getPort();
    try (var tls = HttpClient.newBuilder().sslContext(ca.context(null)).build();
        var plain = HttpClient.newHttpClient()) {
      var wanted = new TreeSet<String>();
      MetricRows.all().forEach(row -> wanted.add(row.key()));
      long end = System.nanoTime() + PATIENCE_NANOS;
      do {
        traffic(proxy, tls, plain);
        var json = JSON.readTree(page(plain, admin + "/admin/metrics.json"));
        var text = page(plain, admin + "/metrics");
        MetricRows.all().stream()
            .filter(row -> isIn(json, row) && isOnPage(text, row))
            .forEach(row -> wanted.remove(row.key()));
      } while (!wanted.isEmpty() && System.nanoTime() < end);

      assertThat(wanted).as("missing, or zero though something happened").isEmpty();
    }
  }

  private static boolean isIn(JsonNode json, Row row) {
    var value = json.get(row.kind() == 's' ? row.key() + ".count" : row.key());
    if (value == null || !value.isNumber()) {
      return false;
    }
    boolean integer = row.kind() != 'g';
    return value.isIntegralNumber() == integer && (!row.positive() || value.asDouble() > 0);
  }

  /** A histogram is not on the page while its window is empty. */
  private static boolean isOnPage(String text, Row row) {
    String series = row.prometheus();
    if (row.kind() != 's') {
      return text.contains("\n" + series + " ");
    }
    return !row.positive() || text.contains("\n" + series + " ");
  }

  /** Both routers hear of all there is to be counted. */
  private void traffic(Proxy proxy, HttpClient tls, HttpClient plain) throws Exception {
    int web = proxy.addresses("web").getFirst().getPort();
    String secure = "https://localhost:" + web;
    var chunked = BodyPublishers.ofInputStream(() -> stream("chunk"));
    var first = ask(tls, secure + "/", "web", BodyPublishers.noBody());
    assertThat(first.body()).isEqualTo("answer");
    assertThat(ask(tls, secure + "/", "web", BodyPublishers.ofString("body")).statusCode())
        .isEqualTo(200);
    assertThat(ask(tls, secure + "/chunks", "web", chunked).statusCode()).isEqualTo(200);
    assertThat(ask(tls, secure + "/once", "web", BodyPublishers.noBody()).statusCode())
        .isEqualTo(200);
    assertThat(ask(tls, secure + "/broken", "web", BodyPublishers.ofString("b")).statusCode())
        .isEqualTo(500);
    assertThat(ask(tls, secure + "/hang", "slow", BodyPublishers.noBody()).statusCode())
        .isEqualTo(503);
    assertThat(ask(tls, secure + "/", "nobody", BodyPublishers.noBody()).statusCode())
        .isEqualTo(502);
    assertThat(ask(tls, secure + "/", "refusing", BodyPublishers.noBody()).statusCode())
        .isEqualTo(502);
    try (var leaving = tls.sslContext().getSocketFactory().createSocket("localhost", web)) {
      speak(leaving, "GET / HTTP/1.1\r\nHost: web\r\nl5d-name: /web\r\nConnection: close\r\n\r\n");
    }
    String late = "http://127.0.0.1:" + proxy.addresses("late").getFirst().getPort();
    assertThat(ask(plain, late + "/hang", "late", BodyPublishers.noBody()).statusCode())
        .isEqualTo(503);
    String calls = "http://127.0.0.1:" + proxy.addresses("calls").getFirst().getPort();
    for (int i = 0; i < 2; i++) { // the first one asks to go on in HTTP/2
      assertThat(ask(plain, calls + "/", "web", BodyPublishers.noBody()).statusCode())
          .isEqualTo(200);
      var answer = ask(plain, calls + "/", "web", BodyPublishers.ofString("body"));
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
    }
  }

  private static void speak(Socket socket, String request) throws IOException {
    socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
        .startsWith("HTTP/1.1 200 ");
  }

  private static HttpResponse<String> ask(
      HttpClient client, String url, String service, BodyPublisher body) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("l5d-name", "/" + service)
            .header("l5d-dtab", "/other => /svc/web")
            .method(body.contentLength() == 0 ? "GET" : "POST", body)
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static String page(HttpClient client, String url) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url)).version(HttpClient.Version.HTTP_1_1).build();
    var answer = client.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return "\n" + answer.body();
  }

  /** Answers by path. */
  private HttpServer backend() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    closing.add(threads);
    closing.add(() -> server.stop(0));
    return server;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] body = "answer".getBytes(StandardCharsets.US_ASCII);
      switch (exchange.getRequestURI().getPath()) {
        case "/hang" -> await(over);
        case "/chunks" -> exchange.sendResponseHeaders(200, 0);
        case "/broken" -> exchange.sendResponseHeaders(500, body.length);
        case "/once" ->
            exchange.sendResponseHeaders(asked.incrementAndGet() % 2 == 1 ? 500 : 200, body.length);
        default -> exchange.sendResponseHeaders(200, body.length);
      }
      exchange.getResponseBody().write(body);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Knows one instance of the service web; who waits for a change waits until the end. */
  private FakeConsul consul() throws IOException {
    var consul = FakeConsul.start();
    closing.add(consul);
    return consul;
  }

  private static void serve(FakeConsul consul, int backend) {
    Thread.ofVirtual()
        .name("consul")
        .start(
            () -> {
              try {
                while (true) {
                  serveOne(consul.next(), backend);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (AssertionError nobodyAsks) {
                // The test is over, or asked all that it will.
              }
            });
  }

  private static void serveOne(FakeConsul.Exchange exchange, int backend) {
    if (exchange.line().contains("index=")) {
      return;
    }
    String body =
        exchange.line().contains("/web")
            ? """
            [{"Node":{"Node":"n","Address":"127.0.0.1"},
              "Service":{"ID":"w","Service":"web","Tags":[],"Address":"127.0.0.1","Port":%d},
              "Checks":[]}]
            """
                .formatted(backend)
            : "[]";
    exchange.answer(200, "X-Consul-Index: 7\r\n", body.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private Proxy start(String yaml) throws IOException {
    var text = ConfigText.open("-", Map.of(), stream(yaml));
    var loaded = ConfigurationLoader.load(text, Machine.real(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    var configuration = Objects.requireNonNull(loaded.configuration());
    var proxy = Proxy.start(configuration, ShownConfig.NOTHING, 1, _ -> {});
    closing.add(proxy::close);
    return proxy;
  }

  private String config(int backend, int consul) throws IOException {
    // A router of ours that speaks HTTP/2 stands before the same backend.
    var second =
        start(
            """
            admin: {port: 0}
            routers:
            - protocol: http
              dtab: /svc => /$/inet/127.0.0.1/%d
              identifier: {kind: io.l5d.static, path: /backend}
              servers: [{port: 0, http2: true}]
            """
                .formatted(backend));
    Path disco = Files.createDirectory(dir.resolve("disco"));
    Files.writeString(
        disco.resolve("h2"), "127.0.0.1 " + second.addresses("http").getFirst().getPort() + "\n");
    Files.writeString(disco.resolve("late"), "127.0.0.1 " + backend + "\n");
    return """
    admin: {port: 0}
    metrics: {windowMs: 400}
    telemetry:
    - {kind: io.l5d.prometheus, path: /metrics}
    namers:
    - {kind: io.l5d.consul, host: 127.0.0.1, port: %1$d, useHealthCheck: true}
    - {kind: io.l5d.fs, rootDir: %2$s}
    routers:
    - protocol: http
      label: web
      originator: true
      identifier: {kind: io.l5d.header, header: l5d-name}
      dtab: |
        /svc => /#/io.l5d.consul/dc1 ;
        /svc/slow => /$/inet/127.0.0.1/%3$d ;
        /svc/refusing => /$/inet/127.0.0.1/1 ;
        /svc/nobody => ~ ;
      servers:
      - port: 0
        maxConcurrentRequests: 100
        tls: {certPath: %4$s/web.pem, keyPath: %4$s/web.key}
      client: {failFast: true}
      service:
        kind: io.l5d.static
        configs:
        - prefix: /svc
          responseClassifier: {kind: io.l5d.http.retryableRead5XX}
        - prefix: /svc/slow
          totalTimeoutMs: 100
    - protocol: http
      label: late
      identifier: {kind: io.l5d.static, path: /late}
      dtab: /svc/late => /#/io.l5d.fs/late
      servers: [{port: 0, timeoutMs: 100}]
    - protocol: h2
      label: calls
      identifier: {kind: io.l5d.static, path: /web}
      dtab: /svc/web => /#/io.l5d.fs/h2
      servers: [{port: 0}]
    """
        .formatted(consul, disco, backend, dir);
  }
}
