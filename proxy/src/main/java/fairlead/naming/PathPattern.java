package fairlead.naming;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A pattern for the beginning of a path, with variables: {@code /#/io.l5d.consul/{dc}/{svc}}
 * ({@code spec/config.md} §8.2). Elements are compared in shown form. Immutable.
 */
public final class PathPattern {
  private static final Pattern VARIABLE = Pattern.compile("\\{([a-zA-Z0-9:-_]+)}");

  private final String text;
  private final List<Segment> segments;

  private PathPattern(String text, List<Segment> segments) {
    this.text = text;
    this.segments = segments;
  }

  /** The pattern written {@code text}; every text is one. */
  public static PathPattern of(String text) {
    var segments = new ArrayList<Segment>();
    for (String part : text.replaceAll("^/+|/+$", "").split("/", -1)) {
      segments.add(Segment.of(part));
    }
    if (segments.equals(List.of(new Segment.Exactly("")))) {
      segments.clear();
    }
    return new PathPattern(text, List.copyOf(segments));
  }

  /** The names of its variables. */
  public Set<String> variables() {
    return segments.stream()
        .flatMap(
            s -> s instanceof Segment.Variables(var _, var names) ? names.stream() : Stream.of())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What the variables stand for when {@code path} begins with this pattern, else empty. */
  public Optional<Map<String, String>> match(Path path) {
    if (path.size() < segments.size()) {
      return Optional.empty();
    }
    var captured = new LinkedHashMap<String, String>();
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).match(Path.showElement(path.elements().get(i)), captured)) {
        return Optional.empty();
      }
    }
    return Optional.of(captured);
  }

  /** {@code target} with every {@code {name}} that was captured replaced; others stay. */
  public static String substitute(String target, Map<String, String> captured) {
    return VARIABLE
        .matcher(target)
        .replaceAll(
            found ->
                java.util.regex.Matcher.quoteReplacement(
                    captured.getOrDefault(found.group(1), found.group())));
  }

  @Override
  public String toString() {
    return text;
  }

  private sealed interface Segment {
    record Any() implements Segment {}

    record Exactly(String text) implements Segment {}

    /** {@code literals} has one more than {@code names}: what stands around the variables. */
    record Variables(List<String> literals, List<String> names) implements Segment {}

    static Segment of(String text) {
      if (text.equals("*")) {
        return new Any();
      }
      var literals = new ArrayList<String>();
      var names = new ArrayList<String>();
      var found = VARIABLE.matcher(text);
      int from = 0;
      while (found.find()) {
        literals.add(text.substring(from, found.start()));
        names.add(found.group(1));
        from = found.end();
      }
      literals.add(text.substring(from));
      return names.isEmpty() ? new Exactly(text) : new Variables(literals, names);
    }

    private boolean match(String element, Map<String, String> captured) {
      return switch (this) {
        case Any _ -> true;
        case Exactly(var text) -> text.equals(element);
        case Variables(var literals, var names) -> search(element, literals, names, captured);
      };
    }
  }

  /**
   * As a search for greedy groups would find it, in linear time: the first literal at its first
   * place, every later one at its last place that leaves room for those behind it.
   */
  private static boolean search(
      String element, List<String> literals, List<String> names, Map<String, String> captured) {
    int[] places = new int[literals.size()];
    int end = element.length();
    for (int i = literals.size() - 1; i > 0; i--) {
      places[i] = element.lastIndexOf(literals.get(i), end - literals.get(i).length());
      if (places[i] < 0) {
        return false;
      }
      end = places[i];
    }
    places[0] = element.indexOf(literals.getFirst());
    if (places[0] < 0 || places[0] + literals.getFirst().length() > end) {
      return false;
    }
    for (int i = 0; i < names.size(); i++) {
      int from = places[i] + literals.get(i).length();
      captured.put(names.get(i), element.substring(from, places[i + 1]));
    }
    return true;
  }
}
