package fairlead.launcher.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.activity.Blocking;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminRequest;
import fairlead.admin.AdminResponse;
import fairlead.launcher.demo.DemoCaller.Answer;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code /demo.json?service=web}: sends a request through everything and tells its way. */
final class DemoPage implements AdminPage {
  private static final JsonMapper MAPPER = new JsonMapper();

  /** Where things are. */
  record Places(
      InetSocketAddress edge,
      InetSocketAddress outgoing,
      int incomingPort,
      List<String> services) {}

  private final Places places;
  private final Blocking blocking;

  DemoPage(Places places, Blocking blocking) {
    this.places = places;
    this.blocking = blocking;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    String service = request.param("service");
    if (service == null || !places.services.contains(service)) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      places.services.forEach(body.putArray("services")::add);
      return AdminResponse.of(HttpResponseStatus.BAD_REQUEST, "application/json", body.toString())
          .now();
    }
    var told = new CompletableFuture<AdminResponse>();
    blocking.run("demo", () -> told.complete(AdminResponse.json(tell(service))));
    return told;
  }

  private ObjectNode tell(String service) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("service", service);
    try {
      return tell(told, DemoCaller.call(places.edge, service));
    } catch (IOException e) {
      return told.put("error", String.valueOf(e.getMessage()));
    }
  }

  private ObjectNode tell(ObjectNode told, Answer answer) {
    told.put("status", answer.status()).put("micros", answer.nanos() / 1000);
    JsonNode body = json(answer.body());
    JsonNode seen = body.path("headers");
    String host = body.path("host").asText("");
    told.put("host", host);
    ArrayNode hops = told.putArray("hops");
    hop(hops, "edge", show(places.edge), "", "passes every connection on");
    hop(
        hops,
        "outgoing router",
        show(places.outgoing),
        places.outgoing.getAddress().getHostAddress(),
        "picks a host that has it");
    if (!host.isEmpty()) {
      String incoming = host + ":" + places.incomingPort;
      hop(hops, "incoming router", incoming, host, "only instances on this host");
      hop(hops, service(body), host + ":" + body.path("port").asInt(), host, "answers");
    }
    told.set("request", fields(seen));
    told.set("response", MAPPER.valueToTree(answer.headers()));
    if (!body.isObject()) {
      told.put("error", answer.body());
    }
    return told;
  }

  private static String service(JsonNode body) {
    return "service " + body.path("service").asText();
  }

  private static void hop(ArrayNode hops, String name, String at, String host, String does) {
    hops.addObject().put("name", name).put("at", at).put("host", host).put("does", does);
  }

  private static ObjectNode fields(JsonNode object) {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      all.set(field.getKey(), field.getValue());
    }
    return all;
  }

  /** What the service said; something else answered when it is no JSON. */
  private static JsonNode json(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
