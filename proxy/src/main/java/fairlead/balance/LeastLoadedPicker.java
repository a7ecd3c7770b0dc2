package fairlead.balance;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The least loaded of all, healthier ones first; of several alike, any: kind {@code heap} of {@code
 * spec/client.md} §4.4. It looks at every endpoint, since loads are changed by all event loops and
 * a heap would need a lock around each change.
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
    N best = null;
    double least = 0;
    int alike = 0;
    for (N node : nodes) {
      double load = node.load();
      int order = best == null ? -1 : compare(node, load, best, least);
      if (order < 0) {
        best = node;
        least = load;
        alike = 1;
      } else if (order == 0 && random.nextInt(++alike) == 0) {
        best = node;
      }
    }
    return best;
  }

  private static int compare(Node a, double loadOfA, Node b, double loadOfB) {
    int health = a.status().compareTo(b.status());
    return health != 0 ? health : Double.compare(loadOfA, loadOfB);
  }
}
