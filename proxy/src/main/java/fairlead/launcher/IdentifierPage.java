package fairlead.launcher;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminRequest;
import fairlead.admin.AdminResponse;
import fairlead.http.Head;
import fairlead.routing.RouterConfig;
import fairlead.routing.identify.Identification;
import fairlead.routing.identify.Identifiers;
import fairlead.server.ServerConfig.Spoken;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What each http router would name a request like the one that asks ({@code spec/admin.md} §9).
 * Called on the admin thread.
 */
final class IdentifierPage implements AdminPage {
  private static final List<String> DTABS = List.of("l5d-ctx-dtab", "l5d-dtab");

  private final List<RouterConfig> routers;

  IdentifierPage(List<RouterConfig> routers) {
    this.routers = routers.stream().filter(IdentifierPage::isHttp1).toList();
  }

  private static boolean isHttp1(RouterConfig router) {
    return router.servers().stream().allMatch(server -> server.spoken() != Spoken.HTTP2);
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (var router : routers) {
      ObjectNode one = all.putObject(router.label());
      var identifier = Identifiers.of(router.identifiers(), router.dstPrefix());
      switch (identifier.identify(head(request))) {
        case Identification.Identified(var name) -> {
          one.put("path", name.show());
          String dtab = dtab(request);
          if (!dtab.isEmpty()) {
            one.put("dtab", dtab);
          }
        }
        case Identification.Unidentified(var reason) -> one.put("error", reason);
        case Identification.Invalid(var reason) -> one.put("error", reason);
      }
    }
    return AdminResponse.json(all).now();
  }

  /** Identifiers may change it: each gets one of its own. */
  private static Head head(AdminRequest request) {
    Head head = Head.request(request.method().name(), request.target());
    request.headers().forEach(field -> head.add(field.getKey(), field.getValue()));
    return head;
  }

  private static String dtab(AdminRequest request) {
    return String.join(
        ";", DTABS.stream().flatMap(name -> request.headers().getAll(name).stream()).toList());
  }
}
