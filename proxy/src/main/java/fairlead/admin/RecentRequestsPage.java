package fairlead.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.telemetry.trace.RecentRequests;

/** {@code /requests}, and what it shows as JSON ({@code spec/admin.md} §11.6). */
public final class RecentRequestsPage {
  private RecentRequestsPage() {}

  /** Adds both. */
  public static void addTo(AdminPages pages, RecentRequests recent) {
    pages
        .add("/requests", StaticFiles.page(AdminServer.class, "requests.html"))
        .add("/requests.json", _ -> AdminResponse.json(json(recent)).now());
  }

  private static ArrayNode json(RecentRequests recent) {
    var rows = JsonNodeFactory.instance.arrayNode();
    for (var row : recent.newest()) {
      rows.addObject()
          .put("time", row.time().toString())
          .put("source", row.source())
          .put("server", row.server())
          .put("router", row.router())
          .put("service", row.service())
          .put("client", row.client())
          .put("destination", row.destination());
    }
    return rows;
  }
}
