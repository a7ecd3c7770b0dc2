package fairlead.telemetry.trace;

import fairlead.telemetry.Metrics;
import fairlead.telemetry.trace.SpanExporter.Collector;
import fairlead.telemetry.trace.Tracing.Choice;
import fairlead.telemetry.trace.Tracing.Tracer;
import java.net.URI;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes those that take spans. */
public final class Tracers {
  private static final Logger LOG = LoggerFactory.getLogger(Tracers.class);
  private static final int SCRIBE = 9410;

  private Tracers() {}

  /**
   * All of them; they begin to.
   *
   * @param metrics the root: {@code telemeter/<kind>} is below it
   */
  public static Tracing start(List<TracerConfig> configs, Metrics metrics) {
    return new Tracing(
        configs.stream().map(config -> tracer(config, metrics.scope("telemeter"))).toList(),
        InstantSource.system());
  }

  private static Tracer tracer(TracerConfig config, Metrics scope) {
    double rate = config.sampleRate();
    return switch (config) {
      case TracerConfig.Zipkin(var url, var headers, var _) -> {
        warnOfScribe(url);
        yield exporter(
            new Collector("io.l5d.zipkin", url, headers, new ZipkinFormat()), rate, scope);
      }
      case TracerConfig.Otlp(var url, var headers, var _) ->
          exporter(new Collector("io.l5d.otlp", url, headers, new OtlpFormat()), rate, scope);
      case TracerConfig.Log(var _, var level) ->
          new Tracer(Choice.FOLLOWS, rate, new TraceLog(level));
      case TracerConfig.Recent(var _, int capacity) ->
          new Tracer(Choice.ALONE, rate, new RecentRequests(capacity));
    };
  }

  /** Configurations of Linkerd name it. */
  private static void warnOfScribe(URI url) {
    if (url.getPort() == SCRIBE) {
      LOG.warn(
          "telemeter io.l5d.zipkin: port {} is where Zipkin takes Scribe, which is not spoken here;"
              + " write the port of its HTTP API, 9411 by default",
          SCRIBE);
    }
  }

  private static Tracer exporter(Collector collector, double rate, Metrics scope) {
    var sink = new SpanExporter(collector, scope.scope(collector.kind()).scope("spans"));
    return new Tracer(Choice.DECIDES, rate, sink);
  }
}
