package fairlead.balance;

import fairlead.balance.Node.Status;
import fairlead.telemetry.Metrics.Counter;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The better of two drawn at random, by status, then by load: {@code spec/client.md} §4.1
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing").
 */
public final class P2cPicker<N extends Node> implements Picker<N> {
  private final List<N> nodes;
  private final RandomGenerator random;
  private final int maxEffort;
  private final Counter exhausted;

  /**
   * Draws from {@code nodes}.
   *
   * @param maxEffort picks tried to find an open endpoint, before one is taken whatever its status
   * @param exhausted counts when no try found one
   */
  public P2cPicker(List<N> nodes, RandomGenerator random, int maxEffort, Counter exhausted) {
    this.nodes = List.copyOf(nodes);
    this.random = random;
    this.maxEffort = maxEffort;
    this.exhausted = exhausted;
  }

  @Override
  public @Nullable N pick() {
    if (nodes.isEmpty()) {
      return null;
    }
    for (int effort = 0; effort < maxEffort; effort++) {
      N drawn = better();
      if (drawn.status() == Status.OPEN) {
        return drawn;
      }
    }
    exhausted.increment();
    return better();
  }

  private N better() {
    int size = nodes.size();
    if (size == 1) {
      return nodes.getFirst();
    }
    int first = random.nextInt(size);
    int second = random.nextInt(size - 1);
    if (second >= first) {
      second++;
    }
    N a = nodes.get(first);
    N b = nodes.get(second);
    int health = a.status().compareTo(b.status());
    if (health != 0) {
      return health < 0 ? a : b;
    }
    return b.load() < a.load() ? b : a;
  }
}
