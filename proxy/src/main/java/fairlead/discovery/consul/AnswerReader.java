package fairlead.discovery.consul;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.discovery.NamerConfig.HealthStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Consul's JSON to instances ({@code spec/discovery.md} §3.5). Unknown members are skipped, missing
 * ones are empty.
 */
final class AnswerReader {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<List<HealthEntry>> HEALTH = new TypeReference<>() {};
  private static final TypeReference<List<CatalogEntry>> CATALOG = new TypeReference<>() {};
  private static final TypeReference<Self> SELF = new TypeReference<>() {};
  private static final TypeReference<Map<String, Service>> SERVICES = new TypeReference<>() {};
  private static final TypeReference<Map<String, Check>> CHECKS = new TypeReference<>() {};

  /** Reserved ids of the checks that stand for maintenance. */
  private static final String NODE_MAINTENANCE = "_node_maintenance";

  private static final String SERVICE_MAINTENANCE = "_service_maintenance:";

  private record HealthEntry(
      @JsonProperty("Node") @Nullable Node node,
      @JsonProperty("Service") @Nullable Service service,
      @JsonProperty("Checks") @Nullable List<Check> checks) {}

  private record Node(
      @JsonProperty("Address") @Nullable String address,
      @JsonProperty("Meta") @Nullable Map<String, String> meta) {}

  private record Service(
      @JsonProperty("ID") @Nullable String id,
      @JsonProperty("Service") @Nullable String service,
      @JsonProperty("Tags") @Nullable List<String> tags,
      @JsonProperty("Address") @Nullable String address,
      @JsonProperty("Port") int port,
      @JsonProperty("Meta") @Nullable Map<String, String> meta) {}

  private record Check(
      @JsonProperty("CheckID") @Nullable String id,
      @JsonProperty("Status") @Nullable String status,
      @JsonProperty("Output") @Nullable String output,
      @JsonProperty("ServiceID") @Nullable String serviceId) {}

  private record CatalogEntry(
      @JsonProperty("Address") @Nullable String address,
      @JsonProperty("NodeMeta") @Nullable Map<String, String> nodeMeta,
      @JsonProperty("ServiceID") @Nullable String id,
      @JsonProperty("ServiceTags") @Nullable List<String> tags,
      @JsonProperty("ServiceAddress") @Nullable String serviceAddress,
      @JsonProperty("ServicePort") int port,
      @JsonProperty("ServiceMeta") @Nullable Map<String, String> meta) {}

  private record Self(
      @JsonProperty("Config") @Nullable SelfConfig config,
      @JsonProperty("DebugConfig") @Nullable DebugConfig debug,
      @JsonProperty("Member") @Nullable Member member) {}

  private record SelfConfig(
      @JsonProperty("Datacenter") @Nullable String datacenter,
      @JsonProperty("Domain") @Nullable String domain) {}

  private record DebugConfig(@JsonProperty("DNSDomain") @Nullable String domain) {}

  private record Member(@JsonProperty("Addr") @Nullable String address) {}

  private AnswerReader() {}

  /** Of {@code /v1/health/service/NAME}. */
  static List<Instance> health(byte[] body) throws UnreadableAnswer {
    List<HealthEntry> entries = read(HEALTH, body);
    var instances = new ArrayList<Instance>(entries.size());
    for (var entry : entries) {
      if (entry != null && entry.node() != null && entry.service() != null) {
        var checks = entry.checks() == null ? List.<Check>of() : entry.checks();
        instances.add(
            instance(
                text(entry.node().address()), map(entry.node().meta()), entry.service(), checks));
      }
    }
    return instances;
  }

  /** Of {@code /v1/catalog/service/NAME}: nothing is known of their health. */
  static List<Instance> catalog(byte[] body) throws UnreadableAnswer {
    List<CatalogEntry> entries = read(CATALOG, body);
    return entries.stream()
        .filter(Objects::nonNull)
        .map(
            e ->
                new Instance(
                    text(e.address()),
                    map(e.nodeMeta()),
                    text(e.id()),
                    list(e.tags()),
                    text(e.serviceAddress()),
                    e.port(),
                    map(e.meta()),
                    HealthStatus.PASSING,
                    false))
        .toList();
  }

  /** Of {@code /v1/agent/self}. */
  static AgentSelf self(byte[] body) throws UnreadableAnswer {
    Self self = read(SELF, body);
    String datacenter = self.config() == null ? "" : text(self.config().datacenter());
    if (datacenter.isEmpty()) {
      throw new UnreadableAnswer("/v1/agent/self without Config.Datacenter");
    }
    String domain = text(self.config() == null ? null : self.config().domain());
    if (domain.isEmpty()) {
      domain = text(self.debug() == null ? null : self.debug().domain());
    }
    String bare = domain.replaceAll("^\\.+|\\.+$", "");
    String address = self.member() == null ? "" : text(self.member().address());
    return new AgentSelf(datacenter, bare.isEmpty() ? "consul" : bare, address);
  }

  /** Of {@code /v1/agent/services} and {@code /v1/agent/checks}, by service in lower case. */
  static Map<String, List<Instance>> agent(byte[] services, byte[] checks, String nodeAddress)
      throws UnreadableAnswer {
    Map<String, Service> byId = read(SERVICES, services);
    Map<String, Check> all = read(CHECKS, checks);
    var instances = new HashMap<String, List<Instance>>();
    byId.values().removeIf(Objects::isNull);
    for (Service service : byId.values()) {
      var concerning =
          all.values().stream()
              .filter(Objects::nonNull)
              .filter(
                  c -> text(c.serviceId()).isEmpty() || text(c.serviceId()).equals(service.id()))
              .toList();
      instances
          .computeIfAbsent(text(service.service()).toLowerCase(Locale.ROOT), _ -> new ArrayList<>())
          .add(instance(nodeAddress, Map.of(), service, concerning));
    }
    return instances;
  }

  private static Instance instance(
      String nodeAddress, Map<String, String> nodeMeta, Service service, Collection<Check> checks) {
    var status = worst(checks);
    return new Instance(
        nodeAddress,
        nodeMeta,
        text(service.id()),
        list(service.tags()),
        text(service.address()),
        service.port(),
        map(service.meta()),
        status,
        status == HealthStatus.CRITICAL && checks.stream().allMatch(AnswerReader::mayBeWell));
  }

  /** A check that is critical without a word of why has not run since its agent started. */
  private static boolean mayBeWell(@Nullable Check check) {
    return check == null
        || status(check) != HealthStatus.CRITICAL
        || text(check.output()).isEmpty();
  }

  private static HealthStatus worst(Collection<Check> checks) {
    var worst = HealthStatus.PASSING;
    for (Check check : checks) {
      if (check == null) {
        continue;
      }
      var status = status(check);
      worst = status.compareTo(worst) > 0 ? status : worst;
    }
    return worst;
  }

  /** An unknown word counts as passing, as in Linkerd. */
  private static HealthStatus status(Check check) {
    return switch (text(check.status()).toLowerCase(Locale.ROOT)) {
      case "warning" -> HealthStatus.WARNING;
      case "critical" -> isMaintenance(check) ? HealthStatus.MAINTENANCE : HealthStatus.CRITICAL;
      case "maintenance" -> HealthStatus.MAINTENANCE;
      default -> HealthStatus.PASSING;
    };
  }

  private static boolean isMaintenance(Check check) {
    String id = text(check.id());
    return id.equals(NODE_MAINTENANCE) || id.startsWith(SERVICE_MAINTENANCE);
  }

  private static <T> T read(TypeReference<T> type, byte[] body) throws UnreadableAnswer {
    try {
      T value = JSON.readValue(body, type);
      if (value == null) {
        throw new UnreadableAnswer("null instead of an object or list");
      }
      return value;
    } catch (JsonProcessingException fault) {
      throw new UnreadableAnswer("unreadable JSON: " + fault.getOriginalMessage(), fault);
    } catch (IOException fault) {
      throw new UnreadableAnswer("unreadable JSON: " + fault.getMessage(), fault);
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  private static List<String> list(@Nullable List<String> values) {
    return values == null ? List.of() : values.stream().filter(v -> v != null).toList();
  }

  private static Map<String, String> map(@Nullable Map<String, String> values) {
    if (values == null) {
      return Map.of();
    }
    var clean = new HashMap<>(values);
    clean.values().removeIf(v -> v == null);
    return clean;
  }
}
