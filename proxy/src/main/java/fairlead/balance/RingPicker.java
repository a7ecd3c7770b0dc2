package fairlead.balance;

import fairlead.balance.Node.Status;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Requests of the same key go to the same endpoint while that is open, and otherwise to the next
 * open one on the ring; requests without a key go where another picker says.
 */
final class RingPicker<N extends Node> implements Picker<N> {
  private final Ring ring;
  private final List<N> nodes;
  private final Picker<N> others;

  /**
   * Over {@code nodes}, which the ring knows by their place in this list.
   *
   * @param others picks for requests without a key, and when nobody is open
   */
  RingPicker(Ring ring, List<N> nodes, Picker<N> others) {
    this.ring = ring;
    this.nodes = List.copyOf(nodes);
    this.others = others;
  }

  @Override
  public @Nullable N pick(long key) {
    if (key == ANYWHERE || nodes.isEmpty()) {
      return others.pick(key);
    }
    int at = ring.find(key);
    for (int i = 0; i < ring.size(); i++) {
      N node = nodes.get(ring.owner(at + i));
      if (node.status() == Status.OPEN) {
        return node;
      }
    }
    return others.pick(key);
  }
}
