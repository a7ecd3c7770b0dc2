package fairlead.telemetry.trace;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import fairlead.config.Block;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.config.SettingReader;
import fairlead.http.TraceId;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.trace.SpanExporter.Collector;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class SpanExporterTest {
  private final MetricsTree metrics = new MetricsTree();
  private final BlockingQueue<JsonNode> bodies = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> codings = new LinkedBlockingQueue<>();

  @Test
  void sendsSpansInZipkinsForm() throws Exception {
    var server = collector(202, new CountDownLatch(0));
    try (var exporter = exporter(url(server), new ZipkinFormat())) {
      exporter.accept(span(0xa1));

      var span = bodies.take().get(0);
      assertThat(span.get("traceId").textValue()).isEqualTo("000000000000000e000000000000000d");
      assertThat(span.get("id").textValue()).isEqualTo("00000000000000a1");
      assertThat(span.get("parentId").textValue()).isEqualTo("00000000000000b1");
      assertThat(span.get("kind").textValue()).isEqualTo("CLIENT");
      assertThat(span.get("name").textValue()).isEqualTo("get");
      assertThat(span.get("timestamp").longValue()).isEqualTo(1_700_000_000_000_000L);
      assertThat(span.get("duration").longValue()).isEqualTo(1500);
      assertThat(span.at("/localEndpoint/serviceName").textValue()).isEqualTo("outgoing");
      assertThat(span.at("/remoteEndpoint/serviceName").textValue()).isEqualTo("/svc/web");
      assertThat(span.at("/remoteEndpoint/ipv4").textValue()).isEqualTo("10.0.0.1");
      assertThat(span.at("/remoteEndpoint/port").intValue()).isEqualTo(80);
      assertThat(span.at("/tags/http.uri").textValue()).isEqualTo("/a\"b");
      assertThat(span.at("/tags/error").textValue()).isEqualTo("refused");
      assertThat(span.at("/annotations/0/value").textValue()).isEqualTo("ws");
    } finally {
      server.stop(0);
    }
    assertThat(metrics.counter("sent").sum()).isEqualTo(1);
  }

  @Test
  void sendsSpansAsOtlp() throws Exception {
    var server = collector(200, new CountDownLatch(0));
    try (var exporter = exporter(url(server), new OtlpFormat())) {
      exporter.accept(span(0xa1));

      var resource = bodies.take().at("/resourceSpans/0");
      assertThat(resource.at("/resource/attributes/0/key").textValue()).isEqualTo("service.name");
      assertThat(resource.at("/resource/attributes/0/value/stringValue").textValue())
          .isEqualTo("outgoing");
      var span = resource.at("/scopeSpans/0/spans/0");
      assertThat(span.get("traceId").textValue()).isEqualTo("000000000000000e000000000000000d");
      assertThat(span.get("spanId").textValue()).isEqualTo("00000000000000a1");
      assertThat(span.get("parentSpanId").textValue()).isEqualTo("00000000000000b1");
      assertThat(span.get("kind").intValue()).isEqualTo(3);
      assertThat(span.get("startTimeUnixNano").textValue()).isEqualTo("1700000000000000000");
      assertThat(span.get("endTimeUnixNano").textValue()).isEqualTo("1700000000001500000");
      assertThat(span.at("/status/code").intValue()).isEqualTo(2);
      assertThat(span.at("/attributes/0/key").textValue()).isEqualTo("url.path");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'{}', gzip",
    "'{compressionEnabled: true}', gzip",
    "'{compressionEnabled: false}', ''",
  })
  void thePlugInsKeyDecidesWhetherBatchesAreCompressed(String yaml, String coding)
      throws Exception {
    var problems = new Problems();
    var tree = Objects.requireNonNull(SettingReader.read(ConfigText.of("f", yaml), problems));
    var config = (TracerConfig.Zipkin) TracerConfigReader.zipkinHttp(new Block(tree, "", problems));
    var server = collector(202, new CountDownLatch(0));
    var collector = new Collector("test", url(server), config.headers(), new ZipkinFormat());
    try (var exporter = new SpanExporter(collector, metrics)) {
      exporter.accept(span(0xa1));

      assertThat(bodies.take().get(0).get("id").textValue()).isEqualTo("00000000000000a1");
      assertThat(codings.take()).isEqualTo(coding);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void whatACollectorRefusesIsCountedAndTheNextIsTried() throws Exception {
    var server = collector(500, new CountDownLatch(0));
    try (var exporter = exporter(url(server), new ZipkinFormat())) {
      exporter.accept(span(1));
      bodies.take();
      exporter.accept(span(2));
      bodies.take();
    } finally {
      server.stop(0);
    }
    assertThat(metrics.counter("dropped").sum()).isEqualTo(2);
    assertThat(metrics.counter("failures").sum()).isEqualTo(2);
    assertThat(metrics.counter("sent").sum()).isZero();
  }

  @Test
  void aCollectorThatIsAwayCostsSpansAndNothingElse() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    try (var exporter =
        exporter(URI.create("http://127.0.0.1:" + port + "/"), new ZipkinFormat())) {
      exporter.accept(span(1));
    }
    assertThat(metrics.counter("dropped").sum()).isEqualTo(1);
  }

  @Test
  void aCollectorThatHangsHoldsNobodyUp() throws Exception {
    var answers = new CountDownLatch(1);
    var server = collector(202, answers);
    try (var exporter = exporter(url(server), new ZipkinFormat())) {
      exporter.accept(span(0));
      bodies.take(); // from here on it waits for the answer

      for (int i = 0; i < 30_000; i++) {
        exporter.accept(span(i));
      }

      assertThat(metrics.counter("dropped").sum()).isEqualTo(20_000);
      answers.countDown();
    } finally {
      server.stop(0);
    }
  }

  private SpanExporter exporter(URI url, SpanFormat format) {
    return new SpanExporter(new Collector("test", url, Map.of(), format), metrics);
  }

  private static URI url(HttpServer server) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/spans");
  }

  private HttpServer collector(int status, CountDownLatch answers) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    server.createContext(
        "/spans",
        exchange -> {
          try (exchange) {
            String coding = exchange.getRequestHeaders().getFirst("Content-Encoding");
            var body = exchange.getRequestBody();
            codings.add(coding == null ? "" : coding);
            bodies.add(
                new ObjectMapper().readTree(coding == null ? body : new GZIPInputStream(body)));
            answers.await();
            exchange.sendResponseHeaders(status, -1);
          } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    return server;
  }

  private static Span span(long id) {
    return new Span(
        Span.Side.CLIENT,
        new TraceId(id, 0xb1, 0xd, 0xe, 0),
        "GET",
        "outgoing",
        1_700_000_000_000_000L,
        1500,
        null,
        new InetSocketAddress("10.0.0.1", 80),
        "/svc/web",
        null,
        Map.of("http.uri", "/a\"b"),
        List.of(new Span.Note(1_700_000_000_000_000L, "ws")),
        "refused");
  }
}
