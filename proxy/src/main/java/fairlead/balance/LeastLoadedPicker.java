package fairlead.balance;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The least loaded of all, healthier ones first: kind {@code heap} of {@code spec/client.md} §4.4.
 * It looks at endpoints, from anywhere on, until one is open and idle, or at all of them, since
 * loads are changed by all event loops and a heap would need a lock around each change.
 */
final class LeastLoadedPicker<N extends Node> implements Picker<N> {
  private final List<N> nodes;
  private final RandomGenerator random;

  LeastLoadedPicker(List<N> nodes, RandomGenerator random) {
    this.nodes = List.copyOf(nodes);
    this.random = random;
  }

  @Override
  public @Nullable N pick(long key) {
    int size = nodes.size();
    int start = size > 1 ? random.nextInt(size) : 0;
    N best = null;
    double least = 0;
    for (int i = 0; i < size; i++) {
      N node = nodes.get(start + i < size ? start + i : start + i - size);
      double load = node.load();
      if (load == 0 && node.status() == Node.Status.OPEN) {
        return node;
      }
      if (best == null || compare(node, load, best, least) < 0) {
        best = node;
        least = load;
      }
    }
    return best;
  }

  private static int compare(Node a, double loadOfA, Node b, double loadOfB) {
    int health = a.status().compareTo(b.status());
    return health != 0 ? health : Double.compare(loadOfA, loadOfB);
  }
}
