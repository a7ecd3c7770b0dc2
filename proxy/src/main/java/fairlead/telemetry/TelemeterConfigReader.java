package fairlead.telemetry;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.telemetry.trace.TracerConfigReader;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code telemetry} ({@code spec/config.md} §15). */
public final class TelemeterConfigReader {
  private static final String LOCAL_COLLECTOR = "http://localhost:4318";

  private static final Kinds<TelemeterConfig> KINDS =
      Kinds.<TelemeterConfig>of("telemeter")
          .built("io.l5d.prometheus", TelemeterConfigReader::prometheus)
          .built("io.l5d.influxdb", _ -> new TelemeterConfig.Influxdb())
          .built("io.l5d.statsd", TelemeterConfigReader::statsd)
          .built("io.l5d.otlp", TelemeterConfigReader::otlp)
          .built("io.l5d.tracelog", b -> new TelemeterConfig.Spans(TracerConfigReader.log(b)))
          .built(
              "io.l5d.recentRequests", b -> new TelemeterConfig.Spans(TracerConfigReader.recent(b)))
          .built("io.l5d.zipkin", b -> new TelemeterConfig.Spans(TracerConfigReader.zipkin(b)))
          .built("io.zipkin.http", b -> new TelemeterConfig.Spans(TracerConfigReader.zipkinHttp(b)))
          .experimental("io.l5d.statsd");

  private TelemeterConfigReader() {}

  /** The telemeters of {@code root}, in the order listed. */
  public static List<TelemeterConfig> read(Block root) {
    List<TelemeterConfig> telemeters = new ArrayList<>();
    for (Block block : root.blocks("telemetry")) {
      TelemeterConfig telemeter = KINDS.read(block);
      if (telemeter != null) {
        telemeters.add(telemeter);
      }
    }
    return telemeters;
  }

  private static TelemeterConfig prometheus(Block block) {
    String path = block.text("path", "/admin/metrics/prometheus");
    if (!path.startsWith("/")) {
      block.fault("path", block.shown("path") + " does not begin with a slash; put one before it");
    }
    return new TelemeterConfig.Prometheus(
        path,
        block.text("prefix", ""),
        block.word("names", "naming of metrics", MetricNaming.BY_WORD, MetricNaming.LINKERD));
  }

  private static TelemeterConfig statsd(Block block) {
    return new TelemeterConfig.Statsd(
        block.text("prefix", "linkerd"),
        block.text("hostname", "127.0.0.1"),
        block.port("port", 8125),
        block.millis("gaugeIntervalMs", Duration.ofSeconds(10), 1),
        block.number("sampleRate", 0.01, 0, 1));
  }

  private static TelemeterConfig otlp(Block block) {
    URI endpoint = endpoint(block);
    String service = block.text("serviceName", "fairlead");
    Duration interval = Duration.ofMinutes(1);
    Block metrics = block.block("metrics");
    if (metrics != null) {
      interval = metrics.millis("intervalMs", interval, 1);
      metrics.end();
    }
    Block traces = block.block("traces");
    return new TelemeterConfig.Otlp(
        endpoint,
        service,
        interval,
        traces == null ? null : TracerConfigReader.otlp(traces, endpoint));
  }

  private static URI endpoint(Block block) {
    String text = block.text("endpoint", LOCAL_COLLECTOR);
    try {
      var endpoint = new URI(text);
      String scheme = endpoint.getScheme();
      boolean http = "http".equals(scheme) || "https".equals(scheme);
      if (http && endpoint.getHost() != null && endpoint.getRawQuery() == null) {
        return endpoint;
      }
    } catch (URISyntaxException _) {
      // told below
    }
    block.fault(
        "endpoint",
        block.shown("endpoint")
            + " is no address of a collector; write one, such as "
            + LOCAL_COLLECTOR);
    return URI.create(LOCAL_COLLECTOR);
  }
}
