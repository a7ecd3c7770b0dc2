package fairlead.telemetry.trace;

import java.net.URI;
import java.util.Map;
import org.slf4j.event.Level;

/** A configured telemeter that takes spans: one record a kind. Immutable. */
public sealed interface TracerConfig {
  /** Which share of the traces, from 0 to 1. */
  double sampleRate();

  /**
   * {@code io.l5d.zipkin}, and {@code io.zipkin.http}.
   *
   * @param url of Zipkin's API for spans, version 2
   * @param headers sent along
   */
  record Zipkin(URI url, Map<String, String> headers, double sampleRate) implements TracerConfig {
    public Zipkin {
      headers = Map.copyOf(headers);
    }
  }

  /**
   * The traces of {@code io.l5d.otlp}.
   *
   * @param url that takes traces as JSON
   */
  record Otlp(URI url, Map<String, String> headers, double sampleRate) implements TracerConfig {
    public Otlp {
      headers = Map.copyOf(headers);
    }
  }

  /** {@code io.l5d.tracelog}. */
  record Log(double sampleRate, Level level) implements TracerConfig {}

  /** {@code io.l5d.recentRequests}. */
  record Recent(double sampleRate, int capacity) implements TracerConfig {}
}
