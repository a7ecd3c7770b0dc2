package fairlead.telemetry.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.JsonFormat;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a collector gets that parses by the official schema. */
class OtlpTelemeterTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final Instant NOW = Instant.ofEpochSecond(1_700_000_000);
  private static final long NANOS = 1_700_000_000_000_000_000L;

  private final BlockingQueue<ExportMetricsServiceRequest> received = new LinkedBlockingQueue<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final MetricsTree tree = new MetricsTree();
  private final DefaultEventExecutor thread = new DefaultEventExecutor();
  private final HttpServer collector;

  OtlpTelemeterTest() throws IOException {
    collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext("/v1/metrics", this::collect);
    collector.start();
  }

  @AfterEach
  void close() {
    collector.stop(0);
    thread.shutdownGracefully(0, 0, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  @Test
  void countersGaugesAndHistogramsComeWithTheirLabels() throws Exception {
    var server = tree.scope("rt").scope("http").scope("server").scope("0.0.0.0/4140");
    server.counter("requests").add(7);
    server.gauge("connections", () -> 2.5);
    server.stat("request_latency_ms").add(1);
    server.stat("request_latency_ms").add(7);
    server.stat("request_latency_ms").add(7);
    var telemeter = start(NEVER);

    telemeter.end().toCompletableFuture().join();

    var sent = next();
    assertThat(attributes(sent.getResourceMetrics(0).getResource().getAttributesList()))
        .isEqualTo(Map.of("service.name", "edge"));
    var labels = Map.of("rt", "http", "server", "0.0.0.0/4140");
    var requests = metric(sent, "rt.server.requests").getSum();
    assertThat(requests.getIsMonotonic()).isTrue();
    assertThat(requests.getAggregationTemporality())
        .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    NumberDataPoint point = requests.getDataPoints(0);
    assertThat(attributes(point.getAttributesList())).isEqualTo(labels);
    assertThat(point.getAsInt()).isEqualTo(7);
    assertThat(point.getTimeUnixNano()).isEqualTo(NANOS);
    assertThat(point.getStartTimeUnixNano()).isEqualTo(NANOS);
    assertThat(metric(sent, "rt.server.connections").getGauge().getDataPoints(0).getAsDouble())
        .isEqualTo(2.5);
    var latency = metric(sent, "rt.server.request_latency_ms");
    assertThat(latency.getUnit()).isEqualTo("ms");
    HistogramDataPoint histogram = latency.getHistogram().getDataPoints(0);
    assertThat(histogram.getCount()).isEqualTo(3);
    assertThat(histogram.getSum()).isEqualTo(15);
    assertThat(histogram.getExplicitBoundsList()).startsWith(0.0, 1.0, 2.0, 5.0, 10.0);
    assertThat(histogram.getBucketCountsList())
        .startsWith(0L, 1L, 0L, 0L, 2L)
        .hasSize(histogram.getExplicitBoundsCount() + 1);
  }

  @Test
  void totalsGrowAndNothingIsTakenFromTheWindows() throws Exception {
    var requests = tree.scope("rt").scope("http").counter("n");
    var latency = tree.scope("rt").scope("http").stat("n_ms");
    requests.add(1);
    latency.add(4);
    var telemeter = start(Duration.ofMillis(5));
    assertThat(nextWith("rt.n_ms", 1)).isNotNull();

    tree.summariseNow();
    requests.add(1);
    latency.add(4);

    var sent = nextWith("rt.n_ms", 2);
    assertThat(metric(sent, "rt.n").getSum().getDataPoints(0).getAsInt()).isEqualTo(2);
    telemeter.end().toCompletableFuture().join();
  }

  @Test
  void aCollectorThatFailsIsToldAllOfItLater() throws Exception {
    status.set(503);
    tree.scope("rt").scope("http").stat("n_ms").add(4);
    var telemeter = start(Duration.ofMillis(5));
    assertThat(next()).isNotNull();
    assertThat(next()).isNotNull(); // only after the failure of the first was noticed

    status.set(200);
    telemeter.end().toCompletableFuture().join();

    var scope = tree.scope("telemeter").scope("io.l5d.otlp");
    assertThat(scope.counter("export_failures").sum()).isPositive();
    assertThat(scope.counter("exports").sum()).isPositive();
    ExportMetricsServiceRequest last = next();
    while (!received.isEmpty()) {
      last = next();
    }
    assertThat(metric(last, "rt.n_ms").getHistogram().getDataPoints(0).getCount()).isEqualTo(1);
  }

  @Test
  void nobodyThereCostsNothingButACount() {
    collector.stop(0);
    var telemeter = start(NEVER);

    telemeter.end().toCompletableFuture().join();

    assertThat(tree.scope("telemeter").scope("io.l5d.otlp").counter("export_failures").sum())
        .isEqualTo(1);
  }

  private OtlpTelemeter start(Duration interval) {
    var url = URI.create("http://127.0.0.1:" + collector.getAddress().getPort() + "/");
    return OtlpTelemeter.start(
        new TelemeterConfig.Otlp(url, "edge", interval, null),
        tree,
        new LoopSerialExecutor(thread),
        Blocking.platformThreads(),
        () -> NOW);
  }

  private void collect(HttpExchange exchange) throws IOException {
    try (exchange) {
      assertThat(exchange.getRequestHeaders().getFirst("Content-Type"))
          .isEqualTo("application/json");
      var body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      var request = ExportMetricsServiceRequest.newBuilder();
      JsonFormat.parser().merge(body, request);
      received.add(request.build());
      exchange.sendResponseHeaders(status.get(), -1);
    }
  }

  private ExportMetricsServiceRequest next() throws InterruptedException {
    var request = received.poll(30, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("nothing came within 30 s");
    }
    return request;
  }

  /** The first in which this histogram has so many samples. */
  private ExportMetricsServiceRequest nextWith(String name, long count)
      throws InterruptedException {
    var request = next();
    while (metric(request, name).getHistogram().getDataPoints(0).getCount() != count) {
      request = next();
    }
    return request;
  }

  private static Metric metric(ExportMetricsServiceRequest request, String name) {
    return request.getResourceMetrics(0).getScopeMetrics(0).getMetricsList().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no metric " + name));
  }

  private static Map<String, String> attributes(List<KeyValue> all) {
    return all.stream()
        .collect(Collectors.toMap(KeyValue::getKey, each -> each.getValue().getStringValue()));
  }
}
