package fairlead.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.activity.State;
import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.json.Json;
import fairlead.naming.Addr;
import fairlead.naming.Addr.Live;
import fairlead.naming.Addr.Neg;
import fairlead.naming.Endpoint;
import fairlead.naming.Path;
import fairlead.routing.ClientState;
import fairlead.telemetry.PageBytes;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Pages that show what the control plane knows ({@code spec/admin.md} §6, §7). The suppliers are
 * called on the admin thread and answer later.
 */
public final class StatePages {
  private static final String JSON_UTF8 = AdminResponse.JSON + ";charset=UTF-8";
  private static final double NANOS_PER_MILLI = 1e6;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private StatePages() {}

  /**
   * {@code /config.json}: this JSON text, in which secrets are masked already.
   *
   * @param refusal why the file on disk is not what is shown; its first line goes into the header
   *     {@code Fairlead-Config-Refused}. Null when it is.
   */
  public static AdminPage config(Supplier<String> json, Supplier<@Nullable String> refusal) {
    return _ -> {
      String why = refusal.get();
      Map<String, String> headers =
          why == null ? Map.of() : Map.of("Fairlead-Config-Refused", oneLine(why));
      var body = PageBytes.of(json.get());
      return new AdminResponse(HttpResponseStatus.OK, JSON_UTF8, body, headers).now();
    };
  }

  /** As a header may have it. */
  private static String oneLine(String text) {
    return text.lines().findFirst().orElse("").replaceAll("[^\\x20-\\x7e]", "?");
  }

  /** {@code /bound-names.json}: the ids that namers can enumerate. */
  public static AdminPage boundNames(Supplier<CompletionStage<Collection<Path>>> ids) {
    return _ ->
        ids.get()
            .thenApply(
                paths -> {
                  ArrayNode all = NODES.arrayNode();
                  paths.stream().map(Path::show).sorted().forEach(all::add);
                  return AdminResponse.json(all);
                });
  }

  /** {@code /client_state.json}: the live clients with their address sets. */
  public static AdminPage clientState(Supplier<CompletionStage<Map<Path, ClientState>>> clients) {
    return _ ->
        clients
            .get()
            .thenApply(
                states -> {
                  ObjectNode all = NODES.objectNode();
                  sorted(states, Path::show).forEach((id, state) -> all.set(id, client(state)));
                  return AdminResponse.of(HttpResponseStatus.OK, JSON_UTF8, Json.write(all));
                });
  }

  /** By the texts of the keys, in their order. */
  private static <K, V> Map<String, V> sorted(Map<K, V> unsorted, Function<K, String> shown) {
    var sorted = new TreeMap<String, V>();
    unsorted.forEach((key, value) -> sorted.put(shown.apply(key), value));
    return sorted;
  }

  /** Who is out, and who has limits, stands beside Linkerd's keys. */
  private static ObjectNode client(ClientState state) {
    ObjectNode client = client(state.addr());
    if (!state.out().isEmpty()) {
      ObjectNode all = client.putObject("out");
      sorted(state.out(), Endpoint::show).forEach((address, out) -> all.set(address, out(out)));
    }
    if (!state.limits().isEmpty()) {
      ObjectNode all = client.putObject("limits");
      sorted(state.limits(), Endpoint::show)
          .forEach((address, limit) -> all.set(address, limit(limit)));
    }
    return client;
  }

  private static ObjectNode limit(ClientState.Limit limit) {
    return NODES
        .objectNode()
        .put("limit", limit.limit())
        .put("inProgress", limit.inProgress())
        .put("baselineMs", limit.baseline().toNanos() / NANOS_PER_MILLI);
  }

  private static ObjectNode out(ClientState.Out out) {
    return NODES
        .objectNode()
        .put("reason", out.reason())
        .put("forMs", out.deadFor().toMillis())
        .put("tried", out.tried());
  }

  private static ObjectNode client(State<Addr> state) {
    return switch (state) {
      case Pending<Addr> _ -> client("Pending", List.of());
      case Failed<Addr>(String reason) -> client("Failed: " + reason, List.of());
      case Ok<Addr>(Neg _) -> client("Neg", List.of());
      case Ok<Addr>(Live live) ->
          client("bound", live.endpoints().stream().map(Endpoint::show).sorted().toList());
    };
  }

  private static ObjectNode client(String state, List<String> addresses) {
    ObjectNode client = NODES.objectNode().put("state", state);
    addresses.forEach(client.putArray("addresses")::add);
    return client;
  }

  /**
   * {@code /endpoints.json}: {@code [{"client":id,"state":…,"endpoints":[{"address","weight",
   * "load","share","state","reason"?,"forMs"?}]}]} of the live clients; the state of an endpoint is
   * {@code used}, {@code out} or {@code tried}.
   */
  public static AdminPage endpoints(Supplier<CompletionStage<Map<Path, ClientState>>> clients) {
    return _ ->
        clients
            .get()
            .thenApply(
                states -> {
                  ArrayNode all = NODES.arrayNode();
                  sorted(states, Path::show)
                      .forEach((id, state) -> endpoints(all.addObject(), id, state));
                  return AdminResponse.json(all);
                });
  }

  private static void endpoints(ObjectNode client, String id, ClientState state) {
    client.put("client", id).put("state", client(state.addr()).get("state").asText());
    ArrayNode all = client.putArray("endpoints");
    if (state.addr() instanceof Ok<Addr>(Live live)) {
      live.endpoints().stream()
          .sorted(Comparator.comparing(Endpoint::show))
          .forEach(endpoint -> endpoint(all.addObject(), endpoint, state));
    }
  }

  private static void endpoint(ObjectNode shown, Endpoint endpoint, ClientState state) {
    shown.put("address", endpoint.show()).put("weight", endpoint.weight());
    var load = state.loads().get(endpoint);
    if (load != null) {
      shown.put("load", rounded(load.load())).put("share", rounded(load.share()));
    }
    var out = state.out().get(endpoint);
    if (out == null) {
      shown.put("state", "used");
    } else {
      shown.put("state", out.tried() ? "tried" : "out").put("reason", out.reason());
      shown.put("forMs", out.deadFor().toMillis());
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  /** {@code /namer_state/….json}, {@code /<router>/interpreter_state/….json}: any JSON. */
  public static AdminPage json(Supplier<CompletionStage<? extends JsonNode>> value) {
    return _ -> value.get().thenApply(AdminResponse::json);
  }
}
