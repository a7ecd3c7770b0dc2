package fairlead.discovery.consul;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.fasterxml.jackson.databind.node.MissingNode;
import fairlead.discovery.NamerConfig.HealthStatus;
import fairlead.json.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Consul's JSON to instances ({@code spec/discovery.md} §3.5). Unknown members are skipped; missing
 * ones, and null, are empty; what is of another type makes the whole answer unreadable.
 */
final class AnswerReader {
  /** Reserved ids of the checks that stand for maintenance. */
  private static final String NODE_MAINTENANCE = "_node_maintenance";

  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

  private record Service(
      String id,
      String service,
      List<String> tags,
      String address,
      int port,
      Map<String, String> meta) {
    static Service of(JsonNode json) throws UnreadableAnswer {
      return new Service(
          text(json, "ID"),
          text(json, "Service"),
          list(json, "Tags"),
          text(json, "Address"),
          number(json, "Port"),
          map(json, "Meta"));
    }
  }

  private record Check(String id, String status, String output, String serviceId) {
    /** Of all of {@code list} that are not null: elements of an array, or members of an object. */
    static List<Check> of(JsonNode list) throws UnreadableAnswer {
      var checks = new ArrayList<Check>(list.size());
      for (JsonNode each : list) {
        JsonNode json = object(each, "a check");
        if (json.isObject()) {
          checks.add(
              new Check(
                  text(json, "CheckID"),
                  text(json, "Status"),
                  text(json, "Output"),
                  text(json, "ServiceID")));
        }
      }
      return checks;
    }
  }

  private AnswerReader() {}

  /** Of {@code /v1/health/service/NAME}. */
  static List<Instance> health(byte[] body) throws UnreadableAnswer {
    var instances = new ArrayList<Instance>();
    readEach(
        body,
        entry -> {
          JsonNode node = object(entry.path("Node"), "Node");
          JsonNode service = object(entry.path("Service"), "Service");
          var checks = Check.of(typed(entry.path("Checks"), JsonNodeType.ARRAY, "Checks"));
          if (node.isObject() && service.isObject()) {
            instances.add(
                instance(text(node, "Address"), map(node, "Meta"), Service.of(service), checks));
          }
        });
    return instances;
  }

  /** Of {@code /v1/catalog/service/NAME}: nothing is known of their health. */
  static List<Instance> catalog(byte[] body) throws UnreadableAnswer {
    var instances = new ArrayList<Instance>();
    readEach(
        body,
        entry ->
            instances.add(
                new Instance(
                    text(entry, "Address"),
                    map(entry, "NodeMeta"),
                    text(entry, "ServiceID"),
                    list(entry, "ServiceTags"),
                    text(entry, "ServiceAddress"),
                    number(entry, "ServicePort"),
                    map(entry, "ServiceMeta"),
                    HealthStatus.PASSING,
                    false)));
    return instances;
  }

  /** Of {@code /v1/agent/self}. */
  static AgentSelf self(byte[] body) throws UnreadableAnswer {
    JsonNode self = read(body);
    JsonNode config = object(self.path("Config"), "Config");
    String datacenter = text(config, "Datacenter");
    if (datacenter.isEmpty()) {
      throw new UnreadableAnswer("/v1/agent/self without Config.Datacenter");
    }
    String domain = text(config, "Domain");
    if (domain.isEmpty()) {
      domain = text(object(self.path("DebugConfig"), "DebugConfig"), "DNSDomain");
    }
    String bare = domain.replaceAll("^\\.+|\\.+$", "");
    String address = text(object(self.path("Member"), "Member"), "Addr");
    return new AgentSelf(datacenter, bare.isEmpty() ? "consul" : bare, address);
  }

  /** Of {@code /v1/agent/services} and {@code /v1/agent/checks}, by service in lower case. */
  static Map<String, List<Instance>> agent(byte[] services, byte[] checks, String nodeAddress)
      throws UnreadableAnswer {
    var all = Check.of(read(checks));
    var instances = new HashMap<String, List<Instance>>();
    for (JsonNode each : read(services)) {
      JsonNode json = object(each, "a service");
      if (json.isObject()) {
        var service = Service.of(json);
        var concerning =
            all.stream()
                .filter(c -> c.serviceId().isEmpty() || c.serviceId().equals(service.id()))
                .toList();
        instances
            .computeIfAbsent(service.service().toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
            .add(instance(nodeAddress, Map.of(), service, concerning));
      }
    }
    return instances;
  }

  private static Instance instance(
      String nodeAddress, Map<String, String> nodeMeta, Service service, List<Check> checks) {
    var status = worst(checks);
    return new Instance(
        nodeAddress,
        nodeMeta,
        service.id(),
        service.tags(),
        service.address(),
        service.port(),
        service.meta(),
        status,
        status == HealthStatus.CRITICAL && checks.stream().allMatch(AnswerReader::mayBeWell));
  }

  /** A check that is critical without a word of why has not run since its agent started. */
  private static boolean mayBeWell(Check check) {
    return status(check) != HealthStatus.CRITICAL || check.output().isEmpty();
  }

  private static HealthStatus worst(List<Check> checks) {
    var worst = HealthStatus.PASSING;
    for (Check check : checks) {
      var status = status(check);
      worst = status.compareTo(worst) > 0 ? status : worst;
    }
    return worst;
  }

  /** An unknown word counts as passing, as in Linkerd. */
  private static HealthStatus status(Check check) {
    return switch (check.status().toLowerCase(Locale.ROOT)) {
      case "warning" -> HealthStatus.WARNING;
      case "critical" -> isMaintenance(check) ? HealthStatus.MAINTENANCE : HealthStatus.CRITICAL;
      case "maintenance" -> HealthStatus.MAINTENANCE;
      default -> HealthStatus.PASSING;
    };
  }

  private static boolean isMaintenance(Check check) {
    return check.id().equals(NODE_MAINTENANCE) || check.id().startsWith(SERVICE_MAINTENANCE);
  }

  /** The entries of a list, null left out. */
  private static void readEach(byte[] body, Json.Each<UnreadableAnswer> each)
      throws UnreadableAnswer {
    try {
      Json.readEach(
          body,
          element -> {
            JsonNode entry = object(element, "an entry");
            if (entry.isObject()) {
              each.take(entry);
            }
          });
    } catch (IOException fault) {
      throw unreadable(fault);
    }
  }

  private static JsonNode read(byte[] body) throws UnreadableAnswer {
    JsonNode read;
    try {
      read = Json.read(body);
    } catch (IOException fault) {
      throw unreadable(fault);
    }
    if (!read.isObject()) {
      throw unreadable("an object is expected, not " + read.getNodeType());
    }
    return read;
  }

  private static UnreadableAnswer unreadable(IOException fault) {
    String why =
        fault instanceof JsonProcessingException json
            ? json.getOriginalMessage()
            : fault.getMessage();
    return new UnreadableAnswer("unreadable JSON: " + why, fault);
  }

  private static UnreadableAnswer unreadable(String why) {
    return new UnreadableAnswer("unreadable JSON: " + why);
  }

  /** Missing instead of null. */
  private static JsonNode typed(JsonNode value, JsonNodeType type, String what)
      throws UnreadableAnswer {
    if (value.getNodeType() == type) {
      return value;
    } else if (value.isNull() || value.isMissingNode()) {
      return MissingNode.getInstance();
    }
    throw unreadable(what + " is " + value.getNodeType());
  }

  private static JsonNode object(JsonNode value, String what) throws UnreadableAnswer {
    return typed(value, JsonNodeType.OBJECT, what);
  }

  private static String text(JsonNode of, String key) throws UnreadableAnswer {
    JsonNode value = of.path(key);
    return value.isNull() ? "" : scalar(value, key);
  }

  /** Digits in quotes are taken too. */
  private static int number(JsonNode of, String key) throws UnreadableAnswer {
    if (of.path(key).isTextual() && of.path(key).textValue().matches("[0-9]{0,9}")) {
      return of.path(key).asInt();
    }
    JsonNode value = typed(of.path(key), JsonNodeType.NUMBER, key);
    if (value.isNumber() && !value.canConvertToInt()) {
      throw unreadable(key + " is " + value.asText());
    }
    return value.intValue();
  }

  /** Without null. */
  private static List<String> list(JsonNode of, String key) throws UnreadableAnswer {
    var texts = new ArrayList<String>();
    for (JsonNode value : typed(of.path(key), JsonNodeType.ARRAY, key)) {
      if (!value.isNull()) {
        texts.add(scalar(value, key));
      }
    }
    return texts;
  }

  /** Without null. */
  private static Map<String, String> map(JsonNode of, String key) throws UnreadableAnswer {
    var texts = new HashMap<String, String>();
    for (var member : object(of.path(key), key).properties()) {
      if (!member.getValue().isNull()) {
        texts.put(member.getKey(), scalar(member.getValue(), key));
      }
    }
    return texts;
  }

  /** A number or truth value is taken for the text that it is written as. */
  private static String scalar(JsonNode value, String what) throws UnreadableAnswer {
    if (value.isContainerNode()) {
      throw unreadable(what + " holds " + value.getNodeType());
    }
    return value.asText();
  }
}
