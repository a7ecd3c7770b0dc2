package fairlead.routing.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.json.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the hops behind this one told of themselves, a header line each. */
final class HopLines {
  /** Of those further away nothing is told. */
  static final int MOST_HOPS = 4;

  private HopLines() {}

  /** Takes the lines out of the head of an answer. */
  static List<String> take(Head answer) {
    if (!answer.contains(HeaderNames.L5D_EXPLAIN)) {
      return List.of();
    }
    var lines = new ArrayList<String>();
    for (String line : answer.all(HeaderNames.L5D_EXPLAIN)) {
      if (lines.size() < MOST_HOPS && line.length() <= Hop.MOST_BYTES) {
        lines.add(line);
      }
    }
    answer.remove(HeaderNames.L5D_EXPLAIN);
    return lines;
  }

  /** This hop, then the others, for people. */
  static String show(Hop hop, List<String> next) {
    var text = new StringBuilder(hop.show());
    for (String line : next) {
      text.append("\nthe next hop\n").append(show(line));
    }
    return text.toString();
  }

  private static String show(String line) {
    var json = parse(line);
    if (json == null) {
      return line + "\n"; // not ours: as it came
    }
    var text = new StringBuilder();
    json.properties()
        .forEach(
            entry -> {
              String title = entry.getKey();
              for (String value : values(entry.getValue())) {
                text.append(String.format("%-10s %s%n", title, value));
                title = "";
              }
            });
    return text.toString();
  }

  private static List<String> values(JsonNode node) {
    var values = new ArrayList<String>();
    if (node.isArray()) {
      node.forEach(one -> values.add(value(one)));
    } else {
      values.add(value(node));
    }
    return values;
  }

  private static String value(JsonNode node) {
    if (!node.isObject()) {
      return node.isTextual() ? node.textValue() : Json.write(node);
    }
    var parts = new ArrayList<String>();
    node.properties().forEach(entry -> parts.add(entry.getKey() + " " + value(entry.getValue())));
    return String.join(", ", parts);
  }

  /** This hop, then the others, for machines. */
  static String json(Hop hop, List<String> next) {
    var all = JsonNodeFactory.instance.objectNode();
    var hops = all.putArray("hops").add(hop.json());
    for (String line : next) {
      var json = parse(line);
      if (json == null) {
        hops.add(line);
      } else {
        hops.add(json);
      }
    }
    return Json.ascii(all) + "\n";
  }

  /** Null when it is no JSON object. */
  private static @Nullable JsonNode parse(String line) {
    try {
      var json = Json.read(line);
      return json.isObject() ? json : null;
    } catch (JsonProcessingException _) {
      return null;
    }
  }
}
