package fairlead.balance;

import fairlead.balance.Node.Status;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The better of two drawn at random, by status, then by load: {@code spec/client.md} §4.1
 * (Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing"). With loads that are
 * costs it is peak EWMA (§4.2).
 */
public final class P2cPicker<N extends Node> implements Picker<N> {
  private final List<N> nodes;
  private final RandomGenerator random;
  private final int maxEffort;
  private final PickerShared shared;

  /**
   * Draws from {@code nodes}.
   *
   * @param maxEffort picks tried to find an open endpoint, before one is taken whatever its status
   */
  public P2cPicker(List<N> nodes, RandomGenerator random, int maxEffort, PickerShared shared) {
    this.nodes = List.copyOf(nodes);
    this.random = random;
    this.maxEffort = maxEffort;
    this.shared = shared;
  }

  @Override
  public @Nullable N pick(long key) {
    int size = nodes.size();
    if (size == 0) {
      return null;
    }
    for (int effort = 0; effort < maxEffort; effort++) {
      N drawn = better(nodes, size, random);
      if (drawn.status() == Status.OPEN) {
        return drawn;
      }
    }
    shared.exhausted().increment();
    shared.rebuilds().increment();
    return better(nodes, size, random);
  }

  /** Of two drawn from the first {@code size}, at least 1, the healthier, or the less loaded. */
  static <N extends Node> N better(List<N> nodes, int size, RandomGenerator random) {
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
