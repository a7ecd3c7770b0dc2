package fairlead.telemetry;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the walk through the tree is, for exporters that have labels ({@code spec/telemetry.md}
 * §4): what makes the name, and what was taken out of it. Immutable.
 *
 * @param name segments joined by {@code :}, not cleaned; empty at the root
 * @param labels in the order met
 */
public record Place(String name, List<Label> labels) {
  public static final Place ROOT = new Place("", List.of());

  private static final String EXCEPTION = "exception";

  /** A key and its value, not escaped. */
  public record Label(String key, String value) {}

  public Place {
    labels = List.copyOf(labels);
  }

  /** The child of this name. */
  public Place down(String segment) {
    return switch (name) {
      case "rt:service:failures", "rt:client:failures", "rt:server:failures" -> failure(segment);
      case "rt:service:exn", "rt:client:exn", "rt:server:exn" -> exception(segment);
      default -> scope(segment);
    };
  }

  /** The child of this name, where classes of failures are no label. */
  public Place scope(String segment) {
    return switch (name) {
      case "" -> new Place(segment, labels);
      case "rt" -> labels.isEmpty() ? labelled("rt", segment) : below(segment);
      case "rt:service" -> labels.size() == 1 ? labelled("service", segment) : below(segment);
      case "rt:client" -> labels.size() == 1 ? labelled("client", segment) : below(segment);
      case "rt:server" -> labels.size() == 1 ? labelled("server", segment) : below(segment);
      case "rt:client:service" ->
          labels.size() == 2 ? labelled("service", segment) : below(segment);
      case "rt:client:loadbalancer:endpoint" ->
          labels.size() == 2 ? labelled("endpoint", segment) : below(segment);
      default -> below(segment);
    };
  }

  private Place below(String segment) {
    return new Place(name + ":" + segment, labels);
  }

  private Place labelled(String key, String value) {
    return new Place(name, plus(labels, new Label(key, value)));
  }

  private Place failure(String segment) {
    var last = labels.getLast();
    if (!last.key.equals(EXCEPTION)) {
      return labelled(EXCEPTION, segment);
    }
    var joined = new Label(EXCEPTION, last.value + ":" + segment);
    return new Place(name, plus(labels.subList(0, labels.size() - 1), joined));
  }

  private Place exception(String segment) {
    String scope = name.substring(0, name.length() - "exn".length());
    return new Place(scope + "exceptions", labels).labelled(EXCEPTION, segment);
  }

  private static List<Label> plus(List<Label> list, Label last) {
    var all = new ArrayList<>(list);
    all.add(last);
    return all;
  }
}
