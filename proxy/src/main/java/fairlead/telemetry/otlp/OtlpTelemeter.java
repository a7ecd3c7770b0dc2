package fairlead.telemetry.otlp;

import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.JsonPost;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.TelemeterConfig;
import java.io.IOException;
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
    var body = encoder.encode(metrics, nanos);
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
  private String post(PageBytes body) {
    try {
      JsonPost.send(url, body);
      return "";
    } catch (IOException e) {
      return e.toString();
    }
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
