package fairlead.balance;

import fairlead.balance.Node.Status;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One after the other ({@code spec/client.md} §4.5). Each event loop has its own turn, which begins
 * anywhere: what a loop sends is spread exactly, and a counter that all of them write is not
 * needed.
 */
final class RoundRobinPicker<N extends Node> implements Picker<N> {
  private final List<N> all;
  private final int maxEffort;
  private final PickerShared shared;
  private List<N> open;
  private int seenChanges;
  private int next;

  RoundRobinPicker(List<N> nodes, RandomGenerator random, int maxEffort, PickerShared shared) {
    this.all = List.copyOf(nodes);
    this.maxEffort = maxEffort;
    this.shared = shared;
    this.seenChanges = shared.changes().get();
    this.open = open();
    this.next = all.isEmpty() ? 0 : random.nextInt(all.size());
  }

  @Override
  public @Nullable N pick(long key) {
    if (all.isEmpty()) {
      return null;
    }
    lookAgain();
    for (int effort = 0; effort < maxEffort; effort++) {
      N one = turn();
      if (one.status() == Status.OPEN) {
        return one;
      }
    }
    shared.exhausted().increment();
    rebuild();
    return turn();
  }

  private N turn() {
    if (next >= open.size()) {
      next = 0;
    }
    return open.get(next++);
  }

  private void lookAgain() {
    if (shared.changes().get() != seenChanges) {
      rebuild();
    }
  }

  private void rebuild() {
    shared.rebuilds().increment();
    seenChanges = shared.changes().get();
    open = open();
  }

  /** Those that are open, or all when none is. */
  private List<N> open() {
    var found = all.stream().filter(node -> node.status() == Status.OPEN).toList();
    return found.isEmpty() ? all : found;
  }
}
