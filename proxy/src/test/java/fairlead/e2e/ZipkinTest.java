package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Spans of two hops, sent to a real Zipkin and read back from it. */
@Timeout(240)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ZipkinTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration LIMIT = Duration.ofSeconds(90);

  /** What the application between two passes of the proxy calls its own span. */
  private static final String APPLICATION = "00000000000000aa";

  @TempDir Path dir;
  private final HttpClient http = HttpClient.newHttpClient();
  private Program zipkin;
  private int zipkinPort;
  private HttpServer application;
  private Fairlead fairlead;
  private int front;

  @BeforeAll
  void startZipkin() throws IOException {
    String jar = Parts.fetch("zipkin");
    zipkinPort = Parts.freePort(ADDRESS);
    zipkin =
        Program.start(
            "zipkin",
            List.of(Parts.java(), "-Xmx192m", "-XX:+UseSerialGC", "-jar", jar),
            Map.of("QUERY_PORT", Integer.toString(zipkinPort), "STORAGE_TYPE", "mem"));
    Eventually.until(() -> "zipkin is up" + zipkin.tail(), LIMIT, () -> zipkin("/health") != null);
  }

  @AfterAll
  void stopZipkin() {
    if (zipkin != null) {
      zipkin.close();
    }
  }

  @BeforeEach
  void startHops() throws IOException {
    application = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    application.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    application.createContext("/", this::serve);
    application.start();
    front = Parts.freePort(ADDRESS);
    int incoming = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path config = dir.resolve("zipkin.yaml");
    Files.writeString(
        config,
        """
        admin: {ip: 127.0.0.1, port: %d}
        telemetry:
        - {kind: io.l5d.zipkin, host: 127.0.0.1, port: %d, sampleRate: 1.0}
        - {kind: io.l5d.recentRequests, sampleRate: 1.0}
        routers:
        - protocol: http
          label: outgoing
          dtab: /svc => /$/inet/127.0.0.1/%d
          tracePropagator: {kind: io.l5d.mixed}
          servers: [{port: %d, ip: 127.0.0.1}]
        - protocol: http
          label: incoming
          dtab: /svc => /$/inet/127.0.0.1/%d
          tracePropagator: {kind: io.l5d.mixed}
          servers: [{port: %d, ip: 127.0.0.1}]
        """
            .formatted(
                admin, zipkinPort, incoming, front, application.getAddress().getPort(), incoming));
    fairlead = Fairlead.start(Place.loopback(), config, admin, Map.of());
    fairlead.awaitReady(front, incoming);
  }

  @AfterEach
  void stopHops() {
    fairlead.close();
    application.stop(0);
  }

  @Test
  void twoHopsAreOneTraceOfFourSpansEachBelowTheLast() {
    String trace = ask("/leaf");

    var spans = spans(trace, 4);
    var first = only(spans, "outgoing", "SERVER");
    var second = only(spans, "outgoing", "CLIENT");
    var third = only(spans, "incoming", "SERVER");
    var fourth = only(spans, "incoming", "CLIENT");
    assertThat(first.has("parentId")).isFalse();
    assertThat(second.get("parentId")).isEqualTo(first.get("id"));
    assertThat(third.get("parentId")).isEqualTo(second.get("id"));
    assertThat(fourth.get("parentId")).isEqualTo(third.get("id"));
    assertThat(first.get("name").textValue()).isEqualTo("outgoing /svc/web");
    assertThat(first.at("/tags/http.uri").textValue()).isEqualTo("/leaf");
    assertThat(first.at("/tags/http.status_code").textValue()).isEqualTo("200");
    assertThat(fourth.at("/remoteEndpoint/port").intValue())
        .isEqualTo(application.getAddress().getPort());
    assertThat(fairlead.admin("/requests.json")).contains("\"service\":\"/svc/web\"");
    assertThat(fairlead.admin("/requests")).contains("files/requests.js");
    assertThat(fairlead.admin("/files/requests.js")).contains("requests.json");
  }

  @Test
  void anApplicationThatKnowsB3OnlyDoesNotBreakTheTrace() {
    String trace = ask("/via");

    var spans = spans(trace, 8);
    var below =
        spans.values().stream()
            .filter(span -> span.path("parentId").asText().equals(APPLICATION))
            .toList();
    assertThat(below).hasSize(1);
    assertThat(below.getFirst().get("kind").textValue()).isEqualTo("SERVER");
    assertThat(below.getFirst().at("/tags/http.uri").textValue()).isEqualTo("/leaf");
  }

  /** A request by both hops; the id of its trace, as the application was told. */
  private String ask(String path) {
    try (var caller =
        new Caller(new InetSocketAddress(InetAddress.getLoopbackAddress(), front), LIMIT)) {
      var answer = caller.send("GET", "web", path, "");
      assertThat(answer.status()).isEqualTo(200);
      return answer.body().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers with the id of the trace; {@code /via} asks for {@code /leaf} before. */
  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String trace = String.valueOf(exchange.getRequestHeaders().getFirst("x-b3-traceid"));
      if (exchange.getRequestURI().getPath().equals("/via")) {
        callOn(exchange, trace);
      }
      byte[] body = trace.getBytes(StandardCharsets.US_ASCII);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private void callOn(HttpExchange exchange, String trace) throws IOException {
    String span = String.valueOf(exchange.getRequestHeaders().getFirst("x-b3-spanid"));
    String sampled = String.valueOf(exchange.getRequestHeaders().getFirst("x-b3-sampled"));
    var request =
        HttpRequest.newBuilder(URI.create("http://" + ADDRESS + ":" + front + "/leaf"))
            .header("x-b3-traceid", trace)
            .header("x-b3-spanid", APPLICATION)
            .header("x-b3-parentspanid", span)
            .header("x-b3-sampled", sampled)
            .build();
    try {
      int status = http.send(request, BodyHandlers.discarding()).statusCode();
      assertThat(status).isEqualTo(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** By their ids, once there are so many. */
  private Map<String, JsonNode> spans(String trace, int count) {
    var spans = new HashMap<String, JsonNode>();
    Eventually.until(
        () -> count + " spans, not " + spans + fairlead.program().tail(),
        LIMIT,
        () -> {
          JsonNode found = zipkin("/api/v2/trace/" + trace);
          if (found != null) {
            found.forEach(span -> spans.put(span.get("id").textValue(), span));
          }
          return spans.size() >= count;
        });
    assertThat(spans).hasSize(count);
    return spans;
  }

  private static JsonNode only(Map<String, JsonNode> spans, String service, String kind) {
    var found =
        spans.values().stream()
            .filter(span -> span.at("/localEndpoint/serviceName").asText().equals(service))
            .filter(span -> span.get("kind").asText().equals(kind))
            .toList();
    assertThat(found).as("%s %s in %s", service, kind, spans).hasSize(1);
    return found.getFirst();
  }

  /** What Zipkin says; null while it says nothing good. */
  private @Nullable JsonNode zipkin(String path) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + ADDRESS + ":" + zipkinPort + path)).build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      return answer.statusCode() == 200 ? new ObjectMapper().readTree(answer.body()) : null;
    } catch (IOException _) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
