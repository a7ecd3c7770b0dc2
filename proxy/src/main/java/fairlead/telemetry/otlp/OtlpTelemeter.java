package fairlead.telemetry.otlp;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.TelemeterConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends all metrics to an OpenTelemetry collector once an interval, and when the process ends. What
 * a collector misses it gets with the next: totals are told, not changes.
 */
public final class OtlpTelemeter {
  private static final Logger LOG = LoggerFactory.getLogger(OtlpTelemeter.class);
  private static final int CONNECT_MILLIS = 2_000;
  private static final int READ_MILLIS = 10_000;

  private final TelemeterConfig.Otlp config;
  private final URI url;
  private final MetricsTree metrics;
  private final SerialExecutor executor;
  private final Blocking blocking;
  private final InstantSource clock;
  private final OtlpMetrics encoder;
  private final Counter exports;
  private final Counter failures;

  // Executor only.
  private Watch timer = () -> {};
  private CompletableFuture<?> sending = CompletableFuture.completedFuture(null);
  private boolean failing;

  private OtlpTelemeter(
      TelemeterConfig.Otlp config,
      MetricsTree metrics,
      SerialExecutor executor,
      Blocking blocking,
      InstantSource clock) {
    this.config = config;
    this.url = URI.create(config.endpoint().toString().replaceFirst("/+$", "") + "/v1/metrics");
    this.metrics = metrics;
    this.executor = executor;
    this.blocking = blocking;
    this.clock = clock;
    this.encoder = new OtlpMetrics(config.serviceName(), metrics.samples());
    var scope = metrics.scope("telemeter").scope("io.l5d.otlp");
    this.exports = scope.counter("exports");
    this.failures = scope.counter("export_failures");
  }

  /**
   * Begins to send.
   *
   * @param executor where it works; of no event loop that has requests
   */
  public static OtlpTelemeter start(
      TelemeterConfig.Otlp config,
      MetricsTree metrics,
      SerialExecutor executor,
      Blocking blocking,
      InstantSource clock) {
    var made = new OtlpTelemeter(config, metrics, executor, blocking, clock);
    LOG.info("metrics go to {} every {} ms", made.url, config.interval().toMillis());
    executor.execute(made::schedule);
    return made;
  }

  private void schedule() {
    timer = executor.after(config.interval(), this::tick);
  }

  /** A collector that is slow gets less. */
  private void tick() {
    if (sending.isDone()) {
      sending = send();
    }
    schedule();
  }

  private CompletableFuture<?> send() {
    var now = clock.instant();
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    byte[] body = encoder.encode(metrics.snapshot(), nanos);
    var done = new CompletableFuture<Void>();
    blocking.run(
        "otlp",
        () -> {
          String fault = post(body);
          executor.execute(
              () -> {
                told(fault);
                done.complete(null);
              });
        });
    return done;
  }

  /** What went wrong; empty when nothing did. */
  private String post(byte[] body) {
    try {
      int status = postTo(body);
      return status / 100 == 2 ? "" : "status " + status;
    } catch (IOException e) {
      return e.toString();
    }
  }

  private int postTo(byte[] body) throws IOException {
    var connection = (HttpURLConnection) url.toURL().openConnection(Proxy.NO_PROXY);
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setDoOutput(true);
    connection.setFixedLengthStreamingMode(body.length);
    connection.setRequestProperty("Content-Type", "application/json");
    try (var out = connection.getOutputStream()) {
      out.write(body);
    }
    int status = connection.getResponseCode();
    try (var in = status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
      if (in != null) {
        in.transferTo(OutputStream.nullOutputStream()); // so that the connection is used again
      }
    }
    return status;
  }

  private void told(String fault) {
    if (fault.isEmpty()) {
      exports.increment();
      if (failing) {
        LOG.info("metrics go to {} again", url);
      }
    } else {
      failures.increment();
      if (!failing) {
        LOG.warn("metrics cannot be sent to {}: {}; the next ones tell all again", url, fault);
      }
    }
    failing = !fault.isEmpty();
  }

  /** Sends what there is and ends. Any thread. */
  public CompletionStage<?> end() {
    return CompletableFuture.runAsync(() -> timer.close(), executor)
        .thenComposeAsync(_ -> sending, executor)
        .thenComposeAsync(_ -> send(), executor);
  }
}
