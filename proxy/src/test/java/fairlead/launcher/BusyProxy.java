package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fairlead.config.ConfigText;
import fairlead.discovery.consul.FakeConsul;
import fairlead.identity.Machine;
import fairlead.tls.TestCa;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A proxy that gets a little of everything: TLS, HTTP/1 and HTTP/2, bodies of both kinds, retries,
 * failures, a timeout, Consul, files and plain addresses. Its metrics are on {@code /metrics}.
 */
public final class BusyProxy implements AutoCloseable {
  private final List<Closeable> closing = new ArrayList<>();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final HttpClient plain = HttpClient.newHttpClient();
  private final HttpClient tls;
  private final Proxy proxy;

  private BusyProxy(Path dir) throws Exception {
    closing.add(plain::close);
    var ca = new TestCa(dir, "ca");
    ca.issue("localhost").write(dir, "web");
    tls = HttpClient.newBuilder().sslContext(ca.context(null)).build();
    closing.add(tls::close);
    int backend = backend().getAddress().getPort();
    var consul = consul();
    serve(consul, backend);
    proxy = start(config(dir, backend, consul.port()));
  }

  /**
   * Starts it, and whom it asks.
   *
   * @param dir for its files
   */
  public static BusyProxy start(Path dir) throws Exception {
    return new BusyProxy(dir);
  }

  @Override
  public void close() throws IOException {
    over.countDown();
    for (var each : closing.reversed()) {
      each.close();
    }
  }

  /** Its routers hear of all there is to be counted. Blocks until all is answered. */
  public void traffic() throws Exception {
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

  /** What its admin port answers, which must be 200. */
  public String page(String path) throws Exception {
    String url = "http://127.0.0.1:" + proxy.adminAddress().getPort() + path;
    var request =
        HttpRequest.newBuilder(URI.create(url)).version(HttpClient.Version.HTTP_1_1).build();
    var answer = plain.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  /** Answers by path. */
  private HttpServer backend() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    var threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
    closing.add(threads::close);
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
    closing.add(consul::close);
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

  private String config(Path dir, int backend, int consul) throws IOException {
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
