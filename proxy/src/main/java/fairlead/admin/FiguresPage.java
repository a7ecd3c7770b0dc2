package fairlead.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import fairlead.activity.SerialExecutor;
import fairlead.telemetry.MetricsChoice;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The figures that one page for people draws every second, and no others: {@code {"atMs":n,…}} with
 * the names of the metrics tree; counters and gauges are numbers, a stat is {@code
 * {"p50":n,"p99":n,"max":n}} of its last window, empty when that was. Owned by the admin thread.
 */
public final class FiguresPage implements AdminPage {
  /** Whoever asks so soon after somebody else gets the same answer. */
  static final Duration SHARED = Duration.ofMillis(500);

  private static final JsonFactory JSON = new JsonFactory();

  private static final MetricsChoice OVERVIEW =
      MetricsChoice.of(
          "rt/*/server/*/requests",
          "rt/*/server/*/success",
          "rt/*/server/*/failures",
          "rt/*/server/*/pending",
          "rt/*/server/*/load",
          "rt/*/server/*/connections",
          "rt/*/server/*/request_latency_ms",
          "rt/*/service/*/requests",
          "rt/*/service/*/success",
          "rt/*/service/*/failures",
          "rt/*/service/*/retries/total",
          "rt/*/service/*/request_latency_ms",
          "rt/*/client/*/requests",
          "rt/*/client/*/success",
          "rt/*/client/*/failures",
          "rt/*/client/*/connections",
          "rt/*/client/*/retries/requeues",
          "rt/*/client/*/loadbalancer/size",
          "rt/*/client/*/loadbalancer/available",
          "rt/*/client/*/request_latency_ms",
          "jvm/uptime",
          "jvm/thread/count",
          "jvm/mem/current/used",
          "jvm/gc/msec");

  private static final MetricsChoice SERVICES =
      MetricsChoice.of(
          "rt/*/service/*/requests",
          "rt/*/service/*/success",
          "rt/*/service/*/failures",
          "rt/*/service/*/request_latency_ms",
          "rt/*/client/*/service/*/requests");

  private final Function<MetricsChoice, MetricsSnapshot> metrics;
  private final MetricsChoice wanted;
  private final SerialExecutor executor;

  private @Nullable CompletableFuture<AdminResponse> latest;
  private long latestNanos;

  private FiguresPage(
      Function<MetricsChoice, MetricsSnapshot> metrics,
      MetricsChoice wanted,
      SerialExecutor executor) {
    this.metrics = metrics;
    this.wanted = wanted;
    this.executor = executor;
  }

  /**
   * {@code /overview.json}: of each router, its servers, services and clients, and of the process.
   *
   * @param executor where metrics are read and written out: no event loop
   */
  public static FiguresPage overview(
      Function<MetricsChoice, MetricsSnapshot> metrics, SerialExecutor executor) {
    return new FiguresPage(metrics, OVERVIEW, executor);
  }

  /** {@code /services.json}: of each service, and what of it went to which client. */
  public static FiguresPage services(
      Function<MetricsChoice, MetricsSnapshot> metrics, SerialExecutor executor) {
    return new FiguresPage(metrics, SERVICES, executor);
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    long now = executor.nanos();
    var shared = latest;
    if (shared != null
        && !shared.isCompletedExceptionally()
        && now - latestNanos < SHARED.toNanos()) {
      return shared;
    }
    var made = CompletableFuture.supplyAsync(this::make, executor);
    latest = made;
    latestNanos = now;
    return made;
  }

  private AdminResponse make() {
    long millis = TimeUnit.NANOSECONDS.toMillis(executor.nanos());
    var text = new PageBytes();
    try (var json = JSON.createGenerator(text.asWriter())) {
      json.writeStartObject();
      json.writeNumberField("atMs", millis);
      children(json, metrics.apply(wanted));
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return AdminResponse.json(text);
  }

  private static void children(JsonGenerator json, MetricsSnapshot node) throws IOException {
    for (var child : node.children().entrySet()) {
      json.writeFieldName(child.getKey());
      switch (child.getValue().value()) {
        case Count(long value) -> json.writeNumber(value);
        case Level(float value) -> number(json, value);
        case Window(Summary summary) -> window(json, summary);
        case null -> {
          json.writeStartObject();
          children(json, child.getValue());
          json.writeEndObject();
        }
      }
    }
  }

  /** Most gauges are whole numbers, which are shorter and quicker to write. */
  private static void number(JsonGenerator json, float value) throws IOException {
    if (value == (long) value) {
      json.writeNumber((long) value);
    } else {
      json.writeNumber(value);
    }
  }

  private static void window(JsonGenerator json, Summary summary) throws IOException {
    json.writeStartObject();
    if (summary.count() > 0) {
      json.writeNumberField("p50", summary.p50());
      json.writeNumberField("p99", summary.p99());
      json.writeNumberField("max", summary.max());
    }
    json.writeEndObject();
  }
}
