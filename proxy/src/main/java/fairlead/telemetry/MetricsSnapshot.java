package fairlead.telemetry;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A node of the metrics tree as it was when somebody looked. Immutable; children are sorted by
 * name, and none is empty.
 *
 * @param value null when the node only has children
 */
public record MetricsSnapshot(
    @Nullable Value value, SequencedMap<String, MetricsSnapshot> children) {
  private static final MetricsSnapshot EMPTY =
      new MetricsSnapshot(null, Collections.emptyNavigableMap());

  /** A node without children, as nearly all are. */
  static MetricsSnapshot leaf(@Nullable Value value) {
    return value == null ? EMPTY : new MetricsSnapshot(value, EMPTY.children);
  }

  /** What a node can say. Itself a metric, which always says the same. */
  public sealed interface Value extends MetricsWalk.Metric {
    @Override
    default Value read() {
      return this;
    }

    /** Only grows. */
    record Count(long value) implements Value {}

    /** Computed when read; never infinite or NaN. */
    record Level(float value) implements Value {}

    /** A histogram's last complete window. */
    record Window(Summary summary) implements Value {}
  }

  boolean isEmpty() {
    return value == null && children.isEmpty();
  }

  /**
   * The node at {@code path}, names joined by slashes, or null. A name that contains slashes itself
   * is found too: the longest that fits is tried first.
   */
  public @Nullable MetricsSnapshot at(String path) {
    List<String> parts = Arrays.stream(path.split("/")).filter(p -> !p.isEmpty()).toList();
    return at(parts);
  }

  private @Nullable MetricsSnapshot at(List<String> parts) {
    if (parts.isEmpty()) {
      return this;
    }
    for (int n = parts.size(); n > 0; n--) {
      var child = children.get(String.join("/", parts.subList(0, n)));
      var found = child == null ? null : child.at(parts.subList(n, parts.size()));
      if (found != null) {
        return found;
      }
    }
    return null;
  }
}
