package fairlead.balance;

import fairlead.balance.Node.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One picker a weight: a class is drawn in proportion to weight × size, and another is used when it
 * has nobody open ({@code spec/client.md} §5).
 */
public final class WeightedPicker<N extends Node> implements Picker<N> {
  private record Group<N extends Node>(double share, List<N> nodes, Picker<N> picker) {
    boolean open() {
      for (N node : nodes) {
        if (node.status() == Status.OPEN) {
          return true;
        }
      }
      return false;
    }
  }

  private final List<Group<N>> groups;
  private final double total;
  private final RandomGenerator random;
  private final PickerShared shared;

  private WeightedPicker(List<Group<N>> groups, RandomGenerator random, PickerShared shared) {
    this.groups = groups;
    this.total = groups.stream().mapToDouble(Group::share).sum();
    this.random = random;
    this.shared = shared;
  }

  /**
   * A picker over all of {@code nodes}; {@code of} makes the one inside a class, and is all there
   * is when every weight is the same.
   */
  public static <N extends Node> Picker<N> over(
      List<N> nodes, Function<List<N>, Picker<N>> of, RandomGenerator random, PickerShared shared) {
    var byWeight = new TreeMap<Double, List<N>>();
    for (N node : nodes) {
      byWeight.computeIfAbsent(node.weight(), _ -> new ArrayList<>()).add(node);
    }
    if (byWeight.size() <= 1) {
      return of.apply(nodes);
    }
    var groups = new ArrayList<Group<N>>();
    byWeight.forEach(
        (weight, members) ->
            groups.add(new Group<>(weight * members.size(), members, of.apply(members))));
    return new WeightedPicker<>(List.copyOf(groups), random, shared);
  }

  @Override
  public @Nullable N pick(long key) {
    int drawn = draw();
    for (int i = 0; i < groups.size(); i++) {
      Group<N> group = groups.get((drawn + i) % groups.size());
      if (group.open()) {
        return group.picker.pick(key);
      }
      shared.busyClasses().increment();
    }
    return groups.get(drawn).picker.pick(key);
  }

  @Override
  public boolean reaches(N node) {
    return groups.stream()
        .filter(group -> group.nodes.contains(node))
        .anyMatch(group -> group.picker.reaches(node));
  }

  private int draw() {
    double point = random.nextDouble() * total;
    for (int i = 0; i < groups.size(); i++) {
      point -= groups.get(i).share;
      if (point < 0) {
        return i;
      }
    }
    return groups.size() - 1;
  }
}
