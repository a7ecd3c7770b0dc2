package fairlead.telemetry;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a node has that is no leaf: the nodes below it, and how often it is held. Few nodes stand in
 * an array that is looked through, as nearly everywhere; more in a map. Any thread; who only looks
 * never waits.
 */
final class MetricsBranch {
  /** A client has some forty. */
  static final int FEW = 64;

  private static final MetricsNode[] NONE = {};

  /** Null while there are many. What it refers to does not change. */
  private volatile MetricsNode @Nullable [] few = NONE;

  /** Valid where {@link #few} is null. */
  private volatile Map<String, MetricsNode> many = Map.of();

  /** How often {@link MetricsNode#remove} is still owed; under this object's lock. */
  private int holds;

  @Nullable MetricsNode get(String name) {
    var nodes = few;
    if (nodes == null) {
      return many.get(name);
    }
    for (var node : nodes) {
      if (node.name().equals(name)) {
        return node;
      }
    }
    return null;
  }

  /** The node of this name; made when absent, and once only. */
  synchronized MetricsNode get(String name, Function<String, MetricsNode> make) {
    var known = get(name);
    if (known != null) {
      return known;
    }
    var made = make.apply(name);
    add(made);
    return made;
  }

  private void add(MetricsNode node) {
    var nodes = few;
    if (nodes == null) {
      many.put(node.name(), node);
    } else if (nodes.length < FEW) {
      var more = Arrays.copyOf(nodes, nodes.length + 1);
      more[nodes.length] = node;
      few = more;
    } else {
      var map = new ConcurrentHashMap<String, MetricsNode>();
      for (var known : nodes) {
        map.put(known.name(), known);
      }
      map.put(node.name(), node);
      many = map;
      few = null;
    }
  }

  synchronized void remove(MetricsNode gone) {
    var nodes = few;
    if (nodes == null) {
      many.remove(gone.name(), gone);
    } else {
      few = Arrays.stream(nodes).filter(node -> node != gone).toArray(MetricsNode[]::new);
    }
  }

  synchronized void clear() {
    few = NONE;
    many = Map.of();
  }

  int size() {
    var nodes = few;
    return nodes == null ? many.size() : nodes.length;
  }

  /** In no order; what is added or removed meanwhile may be seen or not. */
  void forEach(Consumer<MetricsNode> action) {
    var nodes = few;
    if (nodes == null) {
      many.values().forEach(action);
      return;
    }
    for (var node : nodes) {
      action.accept(node);
    }
  }

  synchronized void hold() {
    holds++;
  }

  /** Whether there is a hold on it beside the one that is given up with this. */
  synchronized boolean isStillHeld() {
    return holds > 0 && --holds > 0;
  }
}
