package fairlead.launcher;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import fairlead.json.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two configurations, key by key, as {@code /config.json} shows them: secrets
 * are masked, so that two of them look alike.
 */
final class ConfigDiff {
  /** What a bound socket has had since it was opened, and what is set up once (decision 23). */
  private static final Pattern RESTART =
      Pattern.compile(
          "telemetry(\\[.*)?|admin\\.(ip|port|httpIdentifierPort|tls(\\..*)?)"
              + "|routers\\[\\d+\\]\\.servers\\[\\d+\\]\\.socketOptions\\.(backlog|reuseAddr|reusePort)");

  private static final Pattern BLOCKS = Pattern.compile("admin|.*\\.socketOptions");
  private static final List<String> IN_BLOCKS =
      List.of("backlog", "reuseAddr", "reusePort", "ip", "port", "httpIdentifierPort", "tls");

  private final List<Change> changes = new ArrayList<>();

  private ConfigDiff() {}

  /**
   * One key.
   *
   * @param path of the new configuration; of the old one where the key is no more
   * @param before null when it was not there
   * @param after null when it is no more
   */
  record Change(String path, @Nullable JsonNode before, @Nullable JsonNode after) {
    /** Whether it cannot be made while the process runs. */
    boolean needsRestart() {
      return RESTART.matcher(path).matches()
          || (BLOCKS.matcher(path).matches() && (hasFixed(before) || hasFixed(after)));
    }

    private static boolean hasFixed(@Nullable JsonNode block) {
      return block != null && IN_BLOCKS.stream().anyMatch(block::has);
    }

    /** {@code ~ path: old → new}, {@code + path: new}, {@code - path: old}. */
    String show() {
      if (before == null) {
        return "+ " + path + ": " + shown(after);
      }
      return after == null
          ? "- " + path + ": " + shown(before)
          : "~ " + path + ": " + shown(before) + " → " + shown(after);
    }

    private static String shown(@Nullable JsonNode value) {
      return value == null ? "null" : Json.write(value);
    }
  }

  /** From {@code before} to {@code after}, in the order of the latter. */
  static List<Change> between(JsonNode before, JsonNode after) {
    var diff = new ConfigDiff();
    diff.compare("", "", before, after);
    return List.copyOf(diff.changes);
  }

  private void compare(
      String path, String key, @Nullable JsonNode before, @Nullable JsonNode after) {
    if (isNothing(before) && isNothing(after)) {
      return;
    }
    if (before instanceof ObjectNode old && after instanceof ObjectNode now) {
      objects(path, old, now);
    } else if (before != null && after != null && before.isArray() && after.isArray()) {
      arrays(path, key, before, after);
    } else if (before == null || after == null || !isSame(before, after)) {
      changes.add(
          new Change(path, isNothing(before) ? null : before, isNothing(after) ? null : after));
    }
  }

  /** A number is the same whether it was read from YAML or from JSON. */
  private static boolean isSame(JsonNode before, JsonNode after) {
    if (before.isNumber() && after.isNumber()) {
      return before.decimalValue().compareTo(after.decimalValue()) == 0;
    }
    return before.equals(after);
  }

  private static boolean isNothing(@Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  private void objects(String path, ObjectNode before, ObjectNode after) {
    String prefix = path.isEmpty() ? "" : path + ".";
    after
        .properties()
        .forEach(
            entry ->
                compare(
                    prefix + entry.getKey(),
                    entry.getKey(),
                    before.get(entry.getKey()),
                    entry.getValue()));
    before
        .properties()
        .forEach(
            entry -> {
              if (!after.has(entry.getKey())) {
                compare(prefix + entry.getKey(), entry.getKey(), entry.getValue(), null);
              }
            });
  }

  private void arrays(String path, String key, JsonNode before, JsonNode after) {
    Map<String, Integer> old = byIdentity(key, before);
    Map<String, Integer> now = byIdentity(key, after);
    if (old.size() < before.size() || now.size() < after.size()) {
      old = byIndex(before);
      now = byIndex(after);
    }
    var gone = new HashSet<>(old.keySet());
    for (var entry : now.entrySet()) {
      Integer at = old.get(entry.getKey());
      gone.remove(entry.getKey());
      compare(
          path + "[" + entry.getValue() + "]",
          key,
          at == null ? null : before.get(at),
          after.get(entry.getValue()));
    }
    old.forEach(
        (name, at) -> {
          if (gone.contains(name)) {
            compare(path + "[" + at + "]", key, before.get(at), null);
          }
        });
  }

  private static Map<String, Integer> byIdentity(String key, JsonNode list) {
    var found = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < list.size(); i++) {
      found.put(identity(key, list.get(i), i), i);
    }
    return found;
  }

  private static Map<String, Integer> byIndex(JsonNode list) {
    var found = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < list.size(); i++) {
      found.put(String.valueOf(i), i);
    }
    return found;
  }

  /** What makes an item of a list itself, wherever it stands. */
  private static String identity(String key, JsonNode item, int index) {
    return switch (key) {
      case "routers" -> item.path("label").asText(item.path("protocol").asText());
      case "namers" -> item.path("prefix").asText(item.path("kind").asText());
      case "servers" -> item.path("ip").asText("") + " " + item.path("port").asText("");
      case "telemetry" -> item.path("kind").asText();
      default -> String.valueOf(index);
    };
  }
}
