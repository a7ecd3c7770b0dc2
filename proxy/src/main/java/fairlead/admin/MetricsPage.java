package fairlead.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.json.Json;
import fairlead.telemetry.JsonPage;
import fairlead.telemetry.MetricsTree;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/** {@code /admin/metrics.json} ({@code spec/admin.md} §4). */
public final class MetricsPage implements AdminPage {
  private final MetricsTree metrics;
  private final Predicate<AdminRequest> detailed;
  private final Executor executor;

  /**
   * The page of these metrics.
   *
   * @param detailed whether with {@linkplain fairlead.telemetry.Metrics#details details}
   * @param executor where they are read and written: no event loop
   */
  public MetricsPage(MetricsTree metrics, Predicate<AdminRequest> detailed, Executor executor) {
    this.metrics = metrics;
    this.detailed = detailed;
    this.executor = executor;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    return CompletableFuture.supplyAsync(() -> page(request), executor);
  }

  private AdminResponse page(AdminRequest request) {
    String query = request.param("q");
    String at = query == null ? "" : query;
    boolean withDetails = detailed.test(request);
    var page =
        request.flag("tree")
            ? JsonPage.tree(metrics, withDetails, at)
            : JsonPage.flat(metrics, withDetails, at, request.flag("pretty"));
    if (page == null) {
      var error = JsonNodeFactory.instance.objectNode().put("error", "No such subtree: " + query);
      return AdminResponse.of(HttpResponseStatus.NOT_FOUND, AdminResponse.JSON, Json.write(error));
    }
    return AdminResponse.of(AdminResponse.JSON, page, executor);
  }
}
