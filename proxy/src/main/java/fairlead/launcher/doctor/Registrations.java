package fairlead.launcher.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What in a catalogue looks like a mistake ({@code spec/ecs.md} §3). Mutable; one thread. */
final class Registrations {
  /** Of more services nothing is looked at. */
  static final int MOST_SERVICES = 200;

  private static final String AREA = "registrations";
  private static final int SHOWN = 5;

  private final Map<String, Set<String>> nodesById = new LinkedHashMap<>();
  private final Map<String, Set<String>> idsByAddress = new LinkedHashMap<>();
  private final Map<String, List<String>> loopback = new LinkedHashMap<>();
  private final Map<String, List<String>> portless = new LinkedHashMap<>();
  private final Map<String, List<String>> unchecked = new LinkedHashMap<>();
  private final Map<String, Integer> failing = new LinkedHashMap<>();
  private final Map<String, Integer> count = new LinkedHashMap<>();

  /** One of the answer of {@code /v1/health/service/NAME}. */
  void add(String name, JsonNode instance) {
    JsonNode service = instance.path("Service");
    String id = service.path("ID").asText();
    String node = instance.path("Node").path("Node").asText();
    String own = service.path("Address").asText();
    String address = own.isEmpty() ? instance.path("Node").path("Address").asText() : own;
    int port = service.path("Port").asInt();
    count.merge(name, 1, Integer::sum);
    nodesById.computeIfAbsent(id, _ -> new LinkedHashSet<>()).add(node);
    idsByAddress
        .computeIfAbsent(name + " at " + address + ":" + port, _ -> new LinkedHashSet<>())
        .add(id);
    if (address.startsWith("127.") || address.equals("::1") || address.equals("0.0.0.0")) {
      of(loopback, name).add(id + " (" + address + ":" + port + ")");
    }
    if (port == 0) {
      of(portless, name).add(id);
    }
    checks(name, id, instance.path("Checks"));
  }

  private void checks(String name, String id, JsonNode checks) {
    boolean any = false;
    boolean critical = false;
    for (JsonNode check : checks) {
      any |= !check.path("ServiceID").asText().isEmpty();
      critical |= check.path("Status").asText().equals("critical");
    }
    if (!any) {
      of(unchecked, name).add(id);
    }
    if (critical) {
      failing.merge(name, 1, Integer::sum);
    }
  }

  private static List<String> of(Map<String, List<String>> all, String name) {
    return all.computeIfAbsent(name, _ -> new ArrayList<>());
  }

  List<Finding> findings() {
    var findings = new ArrayList<Finding>();
    loopback.forEach(
        (name, ids) ->
            findings.add(
                Finding.bad(
                    AREA,
                    name
                        + " is registered with an address that only its own host can reach: "
                        + some(ids),
                    "register the host's address (registrator -ip, or 'address' of the service)")));
    portless.forEach(
        (name, ids) ->
            findings.add(
                Finding.bad(
                    AREA,
                    name + " is registered without a port: " + some(ids),
                    "register the port that it listens on")));
    idsByAddress.forEach(
        (where, ids) -> {
          if (ids.size() > 1) {
            findings.add(
                Finding.bad(
                    AREA,
                    where + " is registered as " + some(List.copyOf(ids)),
                    "deregister what is left of earlier tasks, else it gets too large a share"));
          }
        });
    nodesById.forEach(
        (id, nodes) -> {
          if (nodes.size() > 1) {
            findings.add(
                Finding.note(
                    AREA,
                    "the id " + id + " is registered on " + some(List.copyOf(nodes)),
                    "let ids hold the host's name: agents that move would overwrite each other"));
          }
        });
    unchecked.forEach(
        (name, ids) ->
            findings.add(
                Finding.note(
                    AREA,
                    name + " has no check of its own: " + some(ids),
                    "register one (SERVICE_CHECK_HTTP, or TCP), else it is healthy while its host"
                        + " is")));
    failing.forEach(
        (name, critical) -> {
          if (critical.equals(count.get(name))) {
            findings.add(
                Finding.note(
                    AREA,
                    "all " + critical + " instances of " + name + " fail their checks",
                    "look at the service; requests to it are answered 502"));
          }
        });
    if (findings.isEmpty() && !count.isEmpty()) {
      findings.add(Finding.good(AREA, "none looks like a mistake"));
    }
    return findings;
  }

  private static String some(List<String> all) {
    return String.join(", ", all.subList(0, Math.min(SHOWN, all.size())))
        + (all.size() > SHOWN ? " and " + (all.size() - SHOWN) + " more" : "");
  }
}
