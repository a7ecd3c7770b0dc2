package fairlead.launcher;

import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminRequest;
import fairlead.admin.AdminResponse;
import fairlead.admin.FiguresPage;
import fairlead.admin.History;
import fairlead.admin.MetricsPage;
import fairlead.config.Words;
import fairlead.server.EventLoops;
import fairlead.telemetry.ConventionalPage;
import fairlead.telemetry.InfluxdbPage;
import fairlead.telemetry.MetricNaming;
import fairlead.telemetry.MetricsChoice;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsTree;
import fairlead.telemetry.OpenMetricsPage;
import fairlead.telemetry.PagePieces;
import fairlead.telemetry.PrometheusPage;
import fairlead.telemetry.TelemeterConfig;
import fairlead.telemetry.otlp.OtlpTelemeter;
import fairlead.telemetry.statsd.StatsdTelemeter;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.DefaultEventExecutor;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The configured telemeters, each joined to what it shows or sends, and the thread on which all of
 * that is read and written: no scrape, however large, holds up requests, names or other pages.
 */
final class Telemeters {
  private final List<TelemeterConfig> configured;
  private final MetricsTree metrics;

  /** Whether each endpoint is shown without being asked for. */
  private final boolean endpoints;

  private final DefaultEventExecutor thread =
      new DefaultEventExecutor(new DefaultThreadFactory("metrics", true));
  private final SerialExecutor executor = new LoopSerialExecutor(thread);
  private final Watch summaries;
  private final History history;

  /** What is told to send the rest. */
  private final List<Supplier<CompletionStage<?>>> ends = new ArrayList<>();

  private Telemeters(Configuration config, MetricsTree metrics) {
    this.configured = config.telemeters();
    this.metrics = metrics;
    this.endpoints = config.metrics().endpoints();
    this.summaries = metrics.summariseEvery(config.metrics().window(), executor);
    this.history = History.start(metrics::snapshot, executor);
  }

  /** Those that push begin to. */
  static Telemeters start(Configuration config, MetricsTree metrics) {
    var telemeters = new Telemeters(config, metrics);
    config.telemeters().forEach(telemeters::start);
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
      case TelemeterConfig.Otlp otlp -> {
        var started =
            OtlpTelemeter.start(
                otlp, metrics, executor, Blocking.platformThreads(), InstantSource.system());
        ends.add(started::end);
      }
      case TelemeterConfig.Prometheus _, TelemeterConfig.Influxdb _ -> {} // pages: addTo
      case TelemeterConfig.Spans _ -> {} // Tracers
    }
  }

  /** Adds the pages of those that are asked. */
  void addTo(AdminPages pages) {
    pages
        .add("/admin/metrics.json", new MetricsPage(metrics, this::isDetailed, executor))
        .add("/overview.json", FiguresPage.overview(metrics::snapshot, executor))
        .add("/services.json", FiguresPage.services(metrics::snapshot, executor))
        .add("/history.json", history.page());
    for (TelemeterConfig telemeter : configured) {
      switch (telemeter) {
        case TelemeterConfig.Prometheus(var path, var prefix, var names) ->
            pages.add(path, prometheus(prefix, names));
        case TelemeterConfig.Influxdb _ ->
            pages.add(
                "/admin/metrics/influxdb",
                page(
                    request ->
                        text(
                            InfluxdbPage.of(
                                metrics, isDetailed(request), request.header("host")))));
        case TelemeterConfig.Statsd _,
            TelemeterConfig.Otlp _,
            TelemeterConfig.Spans _ -> {} // push: start, Tracers
      }
    }
  }

  /** Who asks may choose names and form. */
  private AdminPage prometheus(String prefix, MetricNaming configured) {
    return page(
        request -> {
          String asked = request.param("names");
          var names = asked == null ? configured : MetricNaming.BY_WORD.get(asked);
          return switch (names) {
            case null -> unknownNames(asked);
            case LINKERD -> linkerdNames(request, prefix);
            case CONVENTIONAL -> conventionalNames(request, prefix);
          };
        });
  }

  private AdminResponse linkerdNames(AdminRequest request, String prefix) {
    boolean detailed = isDetailed(request);
    return wantsOpenMetrics(request)
        ? open(OpenMetricsPage.of(metrics, detailed, prefix))
        : text(PrometheusPage.of(metrics, detailed, prefix));
  }

  private AdminResponse conventionalNames(AdminRequest request, String prefix) {
    boolean detailed = isDetailed(request);
    return wantsOpenMetrics(request)
        ? open(ConventionalPage.open(metrics, detailed, prefix))
        : AdminResponse.of(
            ConventionalPage.TYPE, ConventionalPage.plain(metrics, detailed, prefix), executor);
  }

  private static AdminResponse unknownNames(@Nullable String asked) {
    String known = Words.list(MetricNaming.BY_WORD.keySet().stream().sorted().toList());
    return AdminResponse.of(
        HttpResponseStatus.BAD_REQUEST,
        "text/plain",
        "'" + asked + "' is no naming of metrics; use names=" + known + ".\n");
  }

  private static boolean wantsOpenMetrics(AdminRequest request) {
    return PrometheusPage.wantsOpenMetrics(request.header("accept"));
  }

  private AdminResponse open(PagePieces page) {
    return AdminResponse.of(OpenMetricsPage.TYPE, page, executor);
  }

  private AdminPage page(Function<AdminRequest, AdminResponse> page) {
    return request -> CompletableFuture.supplyAsync(() -> page.apply(request), executor);
  }

  private AdminResponse text(PagePieces page) {
    return AdminResponse.of("text/plain", page, executor);
  }

  /** With each endpoint when {@code ?endpoints=true} asks for it. */
  private boolean isDetailed(AdminRequest request) {
    return endpoints || request.flag("endpoints");
  }

  /** These metrics as they are now. Any thread. */
  CompletionStage<MetricsSnapshot> now(MetricsChoice wanted) {
    return CompletableFuture.supplyAsync(() -> metrics.snapshot(wanted), executor);
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
    EventLoops.end(thread);
  }
}
