package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminResponse;
import fairlead.admin.MetricsPage;
import fairlead.telemetry.InfluxdbPage;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.PrometheusPage;
import fairlead.telemetry.TelemeterConfig;
import fairlead.telemetry.statsd.StatsdTelemeter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The configured telemeters, each joined to what it shows or sends, and the thread on which all of
 * that is read and written: no scrape, however large, holds up requests, names or other pages.
 */
final class Telemeters {
  private final List<TelemeterConfig> configured;
  private final MetricsTree metrics;
  private final DefaultEventExecutor thread =
      new DefaultEventExecutor(new DefaultThreadFactory("metrics", true));
  private final SerialExecutor executor = new LoopSerialExecutor(thread);
  private final Watch summaries;

  /** What is told to send the rest. */
  private final List<Supplier<CompletionStage<?>>> ends = new ArrayList<>();

  private Telemeters(List<TelemeterConfig> configured, MetricsTree metrics) {
    this.configured = configured;
    this.metrics = metrics;
    this.summaries = metrics.summariseEvery(MetricsTree.WINDOW, executor);
  }

  /** Those that push begin to. */
  static Telemeters start(List<TelemeterConfig> configured, MetricsTree metrics) {
    var telemeters = new Telemeters(configured, metrics);
    configured.forEach(telemeters::start);
    return telemeters;
  }

  private void start(TelemeterConfig telemeter) {
    switch (telemeter) {
      case TelemeterConfig.Statsd statsd -> {
        var started =
            StatsdTelemeter.start(
                statsd,
                metrics,
                executor,
                Blocking.platformThreads(),
                RandomGenerator.getDefault());
        ends.add(started::end);
      }
      case TelemeterConfig.Prometheus _, TelemeterConfig.Influxdb _ -> {} // pages: addTo
    }
  }

  /** Adds the pages of those that are asked. */
  void addTo(AdminPages pages) {
    pages.add("/admin/metrics.json", new MetricsPage(metrics::snapshot, executor));
    for (TelemeterConfig telemeter : configured) {
      switch (telemeter) {
        case TelemeterConfig.Prometheus(var path, var prefix) ->
            pages.add(path, text(_ -> PrometheusPage.render(metrics.snapshot(), prefix)));
        case TelemeterConfig.Influxdb _ ->
            pages.add(
                "/admin/metrics/influxdb",
                text(host -> InfluxdbPage.render(metrics.snapshot(), host)));
        case TelemeterConfig.Statsd _ -> {} // pushes: start
      }
    }
  }

  /**
   * A page of plain text.
   *
   * @param page by the Host asked
   */
  private AdminPage text(Function<String, String> page) {
    return request ->
        CompletableFuture.supplyAsync(
            () ->
                AdminResponse.of(
                    HttpResponseStatus.OK, "text/plain", page.apply(request.header("host"))),
            executor);
  }

  /** Sends what there is still to send. Any thread. */
  CompletionStage<?> end(Duration atMost) {
    return CompletableFuture.allOf(
            ends.stream()
                .map(end -> end.get().toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new))
        .orTimeout(Math.max(1, atMost.toMillis()), TimeUnit.MILLISECONDS);
  }

  /** Ends at once. Blocks shortly. */
  void close() {
    summaries.close();
    thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(2, TimeUnit.SECONDS);
  }
}
