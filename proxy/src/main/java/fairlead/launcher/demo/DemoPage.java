package fairlead.launcher.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.activity.Blocking;
import fairlead.admin.AdminPage;
import fairlead.admin.AdminRequest;
import fairlead.admin.AdminResponse;
import fairlead.json.Json;
import fairlead.launcher.demo.DemoCaller.Answer;
import fairlead.launcher.demo.DemoHost.Running;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/** {@code /demo.json?service=web}: sends a request through everything and tells its way. */
final class DemoPage implements AdminPage {
  private static final Pattern SUBJECT = Pattern.compile("Subject=\"CN=([^\"]*)\"");

  /**
   * Where things are.
   *
   * @param hosts by address
   */
  record Places(
      InetSocketAddress edge,
      InetSocketAddress outgoing,
      int incomingPort,
      int adminPort,
      List<String> services,
      Map<String, Running> hosts) {}

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
      return AdminResponse.of(HttpResponseStatus.BAD_REQUEST, "application/json", Json.write(body))
          .now();
    }
    var told = new CompletableFuture<AdminResponse>();
    blocking.run("demo", () -> told.complete(AdminResponse.json(tell(service))));
    return told;
  }

  /** What {@link #answer} tells, for people. Blocks. */
  List<String> lines(String service) {
    ObjectNode told = tell(service);
    var lines = new ArrayList<String>();
    int number = 0;
    for (JsonNode hop : told.path("hops")) {
      number++;
      lines.add(
          "%d  %-16s %-20s %s"
              .formatted(
                  number,
                  hop.path("name").asText(),
                  hop.path("at").asText(),
                  hop.path("does").asText()));
      if (hop.has("encrypted")) {
        lines.add("     encrypted: " + hop.path("encrypted").asText());
      }
      if (hop.has("explain")) {
        lines.add("     fairlead explain says:");
        hop.path("explain").asText().lines().forEach(line -> lines.add("       " + line));
        lines.add("     really: it went to " + hop.path("next").asText());
      }
    }
    told.path("request")
        .properties()
        .forEach(
            field ->
                lines.add("     it saw  " + field.getKey() + ": " + field.getValue().asText()));
    lines.add(
        told.has("error")
            ? "failed: " + told.path("error").asText()
            : "answer %d after %.1f ms"
                .formatted(told.path("status").asInt(), told.path("micros").asLong() / 1000.0));
    return lines;
  }

  private ObjectNode tell(String service) {
    ObjectNode told = JsonNodeFactory.instance.objectNode().put("service", service);
    ObjectNode admin = told.putObject("admin");
    places.hosts.keySet().forEach(host -> admin.put(host, host + ":" + places.adminPort));
    try {
      return tell(told, DemoCaller.call(places.edge, service));
    } catch (IOException e) {
      return told.put("error", "the edge: " + e.getMessage());
    }
  }

  private ObjectNode tell(ObjectNode told, Answer answer) {
    told.put("status", answer.status()).put("micros", answer.nanos() / 1000);
    JsonNode body = json(answer.body());
    String host = body.path("host").asText("");
    told.put("host", host);
    ArrayNode hops = told.putArray("hops");
    hop(hops, "edge", show(places.edge), "", "passes every connection on");
    String first = places.outgoing.getAddress().getHostAddress();
    var outgoing =
        hop(hops, "outgoing router", show(places.outgoing), first, "picks a host that has it");
    outgoing.put("explain", explain(first, told.path("service").asText(), "outgoing"));
    if (host.isEmpty()) {
      outgoing.put("next", "nobody");
    } else {
      String at = host + ":" + places.incomingPort;
      String instance = host + ":" + body.path("port").asInt();
      outgoing.put("next", at);
      var incoming =
          hop(hops, "incoming router", at, host, "only instances on this host")
              .put("explain", explain(host, told.path("service").asText(), "incoming"))
              .put("next", instance);
      String caller = certified(body.path("headers"));
      if (!caller.isEmpty()) {
        incoming.put("encrypted", "mutual TLS; the certificate was that of '" + caller + "'");
      }
      hop(hops, service(body), instance, host, "answers");
    }
    told.set("request", fields(body.path("headers")));
    told.set("response", Json.of(answer.headers()));
    if (!body.isObject()) {
      told.put("error", answer.body());
    }
    return told;
  }

  /** Whose certificate the incoming router saw, as it told the service; empty when none. */
  private static String certified(JsonNode headers) {
    var subject = SUBJECT.matcher(headers.path("x-forwarded-client-cert").asText());
    return subject.find() ? subject.group(1) : "";
  }

  private String explain(String host, String service, String router) {
    Running running = places.hosts.get(host);
    return running == null ? "" : running.explain("http://" + service + "/hello", router);
  }

  private static String service(JsonNode body) {
    return "service " + body.path("service").asText();
  }

  private static ObjectNode hop(ArrayNode hops, String name, String at, String host, String does) {
    return hops.addObject().put("name", name).put("at", at).put("host", host).put("does", does);
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
      return Json.read(body);
    } catch (JsonProcessingException _) {
      return JsonNodeFactory.instance.missingNode();
    }
  }

  private static String show(InetSocketAddress address) {
    return address.getAddress().getHostAddress() + ":" + address.getPort();
  }
}
