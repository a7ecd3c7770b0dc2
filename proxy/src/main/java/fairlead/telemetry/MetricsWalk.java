package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * A walk through the tree, a step at a time: each scope in front of what is below it, by their
 * names. It takes no copy of the tree: what is added or removed meanwhile may be met or not. One
 * thread at a time.
 */
final class MetricsWalk {
  private final MetricsNode from;
  private final boolean detailed;
  private final Deque<Iterator<MetricsNode>> trail = new ArrayDeque<>();
  private boolean begun;

  /** What may stand at a node. Any thread. */
  interface Metric {
    /** What it says now; null while there is nothing to show. */
    @Nullable Value read();

    /** What a histogram got since it is there; null for others. */
    default @Nullable Total total() {
      return null;
    }
  }

  /** Is told where the walk is. */
  interface Visitor {
    /** It goes to the child of this name. */
    void enter(String name);

    /** This stands where the walk is now. */
    void metric(Metric metric);

    /** It goes back to the parent. */
    void leave();
  }

  /**
   * From this node down.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   */
  MetricsWalk(MetricsNode from, boolean detailed) {
    this.from = from;
    this.detailed = detailed;
  }

  /** Goes a step on; false once all has been seen. */
  boolean step(Visitor visitor) {
    if (!begun) {
      begun = true;
      tellOf(from, visitor);
      trail.push(from.sorted(detailed));
      return true;
    }
    var level = trail.peek();
    if (level == null) {
      return false;
    }
    if (!level.hasNext()) {
      trail.pop();
      if (!trail.isEmpty()) {
        visitor.leave();
      }
      return true;
    }
    var child = level.next();
    visitor.enter(child.name());
    tellOf(child, visitor);
    if (child.isLeaf(detailed)) {
      visitor.leave();
    } else {
      trail.push(child.sorted(detailed));
    }
    return true;
  }

  /** Goes all the way. */
  void all(Visitor visitor) {
    boolean more = true;
    while (more) {
      more = step(visitor);
    }
  }

  private static void tellOf(MetricsNode node, Visitor visitor) {
    var metric = node.metric();
    if (metric != null) {
      visitor.metric(metric);
    }
  }
}
