package fairlead.telemetry;

import fairlead.telemetry.trace.TracerConfig;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A configured telemeter: one record a kind ({@code spec/config.md} §15). Immutable. */
public sealed interface TelemeterConfig {
  /**
   * {@code io.l5d.prometheus}: a page on the admin server.
   *
   * @param path of the page
   * @param prefix of every metric's name; may be empty
   * @param names for who asks for none
   */
  record Prometheus(String path, String prefix, MetricNaming names) implements TelemeterConfig {}

  /** {@code io.l5d.influxdb}: a page of {@link InfluxdbPage} on the admin server. */
  record Influxdb() implements TelemeterConfig {}

  /**
   * {@code io.l5d.statsd}: packets over UDP.
   *
   * @param prefix of every metric's name
   * @param interval between two sendings
   * @param sampleRate which share of the samples of histograms is sent, from 0 to 1
   */
  record Statsd(String prefix, String hostname, int port, Duration interval, double sampleRate)
      implements TelemeterConfig {}

  /**
   * {@code io.l5d.otlp}, which is ours: metrics, and spans, to an OpenTelemetry collector over
   * HTTP.
   *
   * @param endpoint without the path of the signal
   * @param serviceName the resource's {@code service.name}
   * @param interval between two sendings
   * @param traces null when no spans are sent
   */
  record Otlp(
      URI endpoint, String serviceName, Duration interval, TracerConfig.@Nullable Otlp traces)
      implements TelemeterConfig {}

  /** One that takes spans. */
  record Spans(TracerConfig tracer) implements TelemeterConfig {}
}
