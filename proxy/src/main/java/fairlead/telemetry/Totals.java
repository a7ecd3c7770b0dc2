package fairlead.telemetry;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The histograms of the tree since they are there, in the tree's shape without what has none.
 * Immutable.
 *
 * @param total of this node's own; null when it has none
 */
record Totals(@Nullable Total total, Map<String, Totals> children) {
  static final Totals NONE = new Totals(null, Map.of());

  boolean isEmpty() {
    return total == null && children.isEmpty();
  }

  /** What there is below this name, which may be nothing. */
  Totals at(String name) {
    return children.getOrDefault(name, NONE);
  }
}
