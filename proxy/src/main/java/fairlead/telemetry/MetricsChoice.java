package fairlead.telemetry;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which values of the tree somebody wants, so that no others are read. Immutable.
 *
 * @param value whether the node's own is wanted
 * @param named what of a child, by its name
 * @param each what of every other child; null for nothing
 */
public record MetricsChoice(
    boolean value, Map<String, MetricsChoice> named, @Nullable MetricsChoice each) {
  private static final String ANY = "*";
  private static final MetricsChoice NOTHING = new MetricsChoice(false, Map.of(), null);

  public MetricsChoice {
    named = Map.copyOf(named);
  }

  /**
   * The values at these places; a name that is told somewhere is not among what {@code *} stands
   * for there.
   *
   * @param paths names from the root down, none of which contains a slash, joined by slashes;
   *     {@code *} stands for any name
   */
  public static MetricsChoice of(String... paths) {
    var choice = NOTHING;
    for (String path : paths) {
      choice = choice.with(path.split("/", -1), 0);
    }
    return choice;
  }

  private MetricsChoice with(String[] path, int at) {
    if (at == path.length) {
      return new MetricsChoice(true, named, each);
    }
    if (path[at].equals(ANY)) {
      return new MetricsChoice(value, named, (each == null ? NOTHING : each).with(path, at + 1));
    }
    var more = new HashMap<>(named);
    more.put(path[at], more.getOrDefault(path[at], NOTHING).with(path, at + 1));
    return new MetricsChoice(value, more, each);
  }
}
