package fairlead.routing.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one request would do, in words. Immutable.
 *
 * @param router its label and sockets
 * @param identified one line an identifier that was asked
 * @param name the logical name; null when the request is refused before it has one
 * @param steps from the name to endpoints, one line each, with why an address was kept or dropped
 * @param discovery what is known of the age of what discovery says, one line each
 * @param endpoints what is left, with why one is out
 * @param result what comes of it
 * @param resolution the names from the first to the one that is bound, with the rule that led there
 */
public record Explained(
    String request,
    String router,
    List<String> identified,
    @Nullable String name,
    List<String> steps,
    List<String> discovery,
    List<String> endpoints,
    String result,
    List<String> resolution) {
  public Explained {
    identified = List.copyOf(identified);
    steps = List.copyOf(steps);
    discovery = List.copyOf(discovery);
    endpoints = List.copyOf(endpoints);
    resolution = List.copyOf(resolution);
  }

  /** Nothing but why nothing is known. */
  public static Explained nothing(String router, String why) {
    return new Explained(
        "", router, List.of(), null, List.of(), List.of(), List.of(), why, List.of());
  }

  /** The sections by their titles, in the order told; empty ones are left out. */
  public Map<String, List<String>> sections() {
    var all = new LinkedHashMap<String, List<String>>();
    all.put("request", request.isEmpty() ? List.of() : List.of(request));
    all.put("router", List.of(router));
    all.put("identify", identified);
    all.put("delegate", steps);
    all.put("discovery", discovery);
    all.put("endpoints", endpoints);
    all.put("result", result.isEmpty() ? List.of() : List.of(result));
    all.values().removeIf(List::isEmpty);
    return all;
  }

  /** For people. */
  public String show() {
    return show(sections());
  }

  /** Sections for people: the title once, then a line for each. */
  static String show(Map<String, List<String>> sections) {
    var text = new StringBuilder();
    sections.forEach(
        (title, lines) -> {
          for (int i = 0; i < lines.size(); i++) {
            text.append(String.format("%-10s %s%n", i == 0 ? title : "", lines.get(i)));
          }
        });
    return text.toString();
  }
}
