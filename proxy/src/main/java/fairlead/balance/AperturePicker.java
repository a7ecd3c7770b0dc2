package fairlead.balance;

import fairlead.balance.Node.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Least loaded of two within a window that is as wide as the load wants it ({@code spec/client.md}
 * §4.3). All event loops order endpoints alike, by status and then by token, so that together they
 * use no more endpoints than one would.
 */
final class AperturePicker<N extends Node> implements Picker<N> {
  private final List<N> all;
  private final RandomGenerator random;
  private final int maxEffort;
  private final ApertureControl control;
  private final PickerShared shared;
  private List<N> ordered;
  private int seenChanges;

  AperturePicker(
      List<N> nodes,
      RandomGenerator random,
      int maxEffort,
      ApertureControl control,
      PickerShared shared) {
    this.all = List.copyOf(nodes);
    this.random = random;
    this.maxEffort = maxEffort;
    this.control = control;
    this.shared = shared;
    this.seenChanges = shared.changes().get();
    this.ordered = ordered();
    control.among(all.size());
    all.forEach(node -> node.tell(control));
  }

  @Override
  public @Nullable N pick(long key) {
    if (all.isEmpty()) {
      return null;
    }
    if (shared.changes().get() != seenChanges) {
      rebuild();
    }
    int window = window();
    for (int effort = 0; effort < maxEffort; effort++) {
      N drawn = P2cPicker.better(ordered, window, random);
      if (drawn.status() == Status.OPEN) {
        return drawn;
      }
    }
    shared.exhausted().increment();
    rebuild();
    return P2cPicker.better(ordered, window, random);
  }

  @Override
  public boolean reaches(N node) {
    return ordered.indexOf(node) < window();
  }

  private int window() {
    return Math.clamp(control.width(), 1, all.size());
  }

  private void rebuild() {
    shared.rebuilds().increment();
    seenChanges = shared.changes().get();
    var before = Set.copyOf(ordered.subList(0, window()));
    ordered = ordered();
    for (N node : ordered.subList(0, window())) {
      if (!before.contains(node)) {
        node.prepare();
      }
    }
  }

  private List<N> ordered() {
    // What is sorted by must not change meanwhile.
    record Seen<N>(N node, Status status, long token) {}
    return all.stream()
        .map(node -> new Seen<>(node, node.status(), node.token()))
        .sorted(Comparator.comparing(Seen<N>::status).thenComparingLong(Seen::token))
        .map(Seen::node)
        .toList();
  }
}
