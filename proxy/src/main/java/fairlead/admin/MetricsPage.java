package fairlead.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import fairlead.telemetry.MetricsSnapshot;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.PageBytes;
import fairlead.telemetry.Summary;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** {@code /admin/metrics.json} ({@code spec/admin.md} §4). */
public final class MetricsPage implements AdminPage {
  private static final JsonFactory JSON = new JsonFactory();

  private final Function<AdminRequest, MetricsSnapshot> metrics;
  private final Executor executor;

  /**
   * The page of what {@code metrics} finds.
   *
   * @param executor where it is read and written: no event loop
   */
  public MetricsPage(Function<AdminRequest, MetricsSnapshot> metrics, Executor executor) {
    this.metrics = metrics;
    this.executor = executor;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    return CompletableFuture.supplyAsync(() -> page(request), executor);
  }

  private AdminResponse page(AdminRequest request) {
    String query = request.param("q");
    var found = metrics.apply(request).at(query == null ? "" : query);
    if (found == null) {
      var body = write(false, json -> json.writeStringField("error", "No such subtree: " + query));
      return AdminResponse.of(HttpResponseStatus.NOT_FOUND, AdminResponse.JSON, body);
    }
    return AdminResponse.json(
        request.flag("tree")
            ? write(false, json -> tree(json, found))
            : write(request.flag("pretty"), json -> flat(json, "", found)));
  }

  /** What goes into the outermost object. */
  private interface Fields {
    void writeTo(JsonGenerator json) throws IOException;
  }

  private static PageBytes write(boolean pretty, Fields fields) {
    var text = new PageBytes();
    try (var json = JSON.createGenerator(text.asWriter())) {
      if (pretty) {
        json.useDefaultPrettyPrinter();
      }
      json.writeStartObject();
      fields.writeTo(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return text;
  }

  private static void flat(JsonGenerator json, String key, MetricsSnapshot node)
      throws IOException {
    switch (node.value()) {
      case null -> {}
      case Count(long value) -> json.writeNumberField(key, value);
      case Level(float value) -> json.writeNumberField(key, value);
      case Window(Summary summary) -> summary(json, key + ".", summary);
    }
    for (var child : node.children().entrySet()) {
      flat(json, key.isEmpty() ? child.getKey() : key + "/" + child.getKey(), child.getValue());
    }
  }

  private static void tree(JsonGenerator json, MetricsSnapshot node) throws IOException {
    switch (node.value()) {
      case null -> {}
      case Count(long value) -> json.writeNumberField("counter", value);
      case Level(float value) -> json.writeNumberField("gauge", value);
      case Window(Summary summary) -> summary(json, "stat.", summary);
    }
    for (var child : node.children().entrySet()) {
      json.writeObjectFieldStart(child.getKey());
      tree(json, child.getValue());
      json.writeEndObject();
    }
  }

  private static void summary(JsonGenerator json, String prefix, Summary summary)
      throws IOException {
    json.writeNumberField(prefix + "count", summary.count());
    if (summary.count() == 0) {
      return;
    }
    json.writeNumberField(prefix + "max", summary.max());
    json.writeNumberField(prefix + "min", summary.min());
    json.writeNumberField(prefix + "p50", summary.p50());
    json.writeNumberField(prefix + "p90", summary.p90());
    json.writeNumberField(prefix + "p95", summary.p95());
    json.writeNumberField(prefix + "p99", summary.p99());
    json.writeNumberField(prefix + "p9990", summary.p9990());
    json.writeNumberField(prefix + "p9999", summary.p9999());
    json.writeNumberField(prefix + "sum", summary.sum());
    json.writeNumberField(prefix + "avg", summary.avg());
  }
}
