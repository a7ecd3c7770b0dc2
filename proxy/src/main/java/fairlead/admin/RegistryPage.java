package fairlead.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code /admin/registry.json} ({@code spec/admin.md} §8): how the process was started. What may be
 * a secret, as any variable of the environment and any property of somebody else, is shown by name
 * only.
 */
public final class RegistryPage implements AdminPage {
  private static final String MASK = "***";
  private static final Pattern SHOWN_PROPERTY =
      Pattern.compile(
          "(java|jdk|os|sun|user|file|line|path|native|stdin|stdout|stderr|io\\.netty)\\..*");

  private final Map<String, String> flags;
  private final Map<String, String> environment;

  /**
   * Shows these.
   *
   * @param flags none of them secret
   * @param environment of which only the names are shown
   */
  public RegistryPage(Map<String, String> flags, Map<String, String> environment) {
    this.flags = Map.copyOf(flags);
    this.environment = Map.copyOf(environment);
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    ObjectNode registry = registry();
    String filter = request.param("filter");
    JsonNode kept = filter == null ? registry : kept(registry, parts(filter));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.set("registry", kept == null ? JsonNodeFactory.instance.objectNode() : kept);
    return AdminResponse.json(answer).now();
  }

  private ObjectNode registry() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    var shownFlags = all.putObject("flags");
    new TreeMap<>(flags).forEach(shownFlags::put);
    var system = all.putObject("system");
    var variables = system.putObject("env");
    environment.keySet().stream().sorted().forEach(name -> variables.put(name, MASK));
    var arguments = system.putArray("jvm_arguments");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> !argument.startsWith("-D")) // below
        .forEach(arguments::add);
    var properties = system.putObject("jvm_properties");
    new TreeMap<>(System.getProperties())
        .forEach(
            (name, value) -> {
              boolean shown = SHOWN_PROPERTY.matcher(name.toString()).matches();
              properties.put(name.toString(), shown ? value.toString() : MASK);
            });
    return all;
  }

  /** {@code a/*}{@code /b}, with or without {@code registry} before it. */
  private static List<String> parts(String filter) {
    var parts = Pattern.compile("/").splitAsStream(filter).filter(part -> !part.isEmpty()).toList();
    boolean named = !parts.isEmpty() && parts.getFirst().equals("registry");
    return named ? parts.subList(1, parts.size()) : parts;
  }

  /** The branches that match, or null when there are none. */
  private static @Nullable JsonNode kept(JsonNode node, List<String> parts) {
    if (parts.isEmpty()) {
      return node;
    }
    var rest = parts.subList(1, parts.size());
    ObjectNode kept = JsonNodeFactory.instance.objectNode();
    node.properties()
        .forEach(
            child -> {
              boolean matches = parts.getFirst().equals("*");
              if (matches || parts.getFirst().equals(child.getKey())) {
                JsonNode below = kept(child.getValue(), rest);
                if (below != null) {
                  kept.set(child.getKey(), below);
                }
              }
            });
    return kept.isEmpty() ? null : kept;
  }
}
