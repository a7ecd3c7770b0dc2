package fairlead.routing;

import fairlead.exchange.Filter;
import fairlead.naming.NameTree;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A bound tree made ready for drawing: a branch of a union in proportion to its weight, for each
 * request ({@code spec/routing.md} §4.5). Immutable.
 */
sealed interface Selector {
  /** One bound name, and the counters of a service's part of its client. */
  record One(BoundName name, Filter stats) implements Selector {}

  /** One of several; {@code total} is the sum of the weights. */
  record Split(double[] weights, double total, List<Selector> branches) implements Selector {
    /** All weights 0 means any. */
    int index(RandomGenerator random) {
      if (total <= 0) {
        return random.nextInt(weights.length);
      }
      double point = random.nextDouble() * total;
      for (int i = 0; i < weights.length; i++) {
        point -= weights[i];
        if (point < 0) {
          return i;
        }
      }
      return weights.length - 1;
    }
  }

  /** Nobody is behind the name. */
  record Nobody() implements Selector {}

  /** The name for one request, or null when nobody is behind the branch that was drawn. */
  default @Nullable One draw(RandomGenerator random) {
    return switch (this) {
      case One one -> one;
      case Nobody _ -> null;
      case Split split -> split.branches.get(split.index(random)).draw(random);
    };
  }

  static Selector of(NameTree<BoundName> tree, Function<BoundName, Filter> stats) {
    return switch (tree) {
      case NameTree.Leaf<BoundName>(var name) -> new One(name, stats.apply(name));
      case NameTree.Union<BoundName>(var branches) -> split(branches, stats);
      case NameTree.Alt<BoundName>(var trees) ->
          trees.isEmpty() ? new Nobody() : of(trees.getFirst(), stats);
      case NameTree.Neg<BoundName> _, NameTree.Fail<BoundName> _, NameTree.Empty<BoundName> _ ->
          new Nobody();
    };
  }

  private static Selector split(
      List<NameTree.Weighted<BoundName>> branches, Function<BoundName, Filter> stats) {
    if (branches.isEmpty()) {
      return new Nobody();
    }
    double[] weights = branches.stream().mapToDouble(NameTree.Weighted::weight).toArray();
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    return new Split(weights, total, branches.stream().map(b -> of(b.tree(), stats)).toList());
  }
}
