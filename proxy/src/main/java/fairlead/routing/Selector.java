package fairlead.routing;

import fairlead.exchange.Filter;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Weighted;
import java.util.List;
import java.util.function.Consumer;
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

  /** One of several. */
  record Split(List<Branch> branches, double total) implements Selector {}

  /** A branch and its share of the total. */
  record Branch(double weight, Selector selector) {}

  /**
   * Nobody is behind the name.
   *
   * @param doubt why that is a guess, or empty
   */
  record Nobody(String doubt) implements Selector {}

  /** The name for one request, or null when nobody is behind the branch that was drawn. */
  default @Nullable One draw(RandomGenerator random) {
    return switch (this) {
      case One one -> one;
      case Nobody _ -> null;
      case Split(var branches, var total) -> branch(branches, total, random).draw(random);
    };
  }

  /** Each name that may be drawn. */
  default void forEach(Consumer<One> action) {
    switch (this) {
      case One one -> action.accept(one);
      case Nobody _ -> {}
      case Split(var branches, var _) -> branches.forEach(b -> b.selector().forEach(action));
    }
  }

  /** The selector of {@code tree}; {@code stats} counts a service's requests to a name. */
  static Selector of(NameTree<BoundName> tree, Function<BoundName, Filter> stats) {
    return switch (tree) {
      case NameTree.Leaf<BoundName>(var name) -> new One(name, stats.apply(name));
      case NameTree.Union<BoundName>(var branches) -> split(branches, stats);
      case NameTree.Alt<BoundName>(var trees) ->
          trees.isEmpty() ? new Nobody("") : of(trees.getFirst(), stats);
      case NameTree.Neg<BoundName>(var doubt) -> new Nobody(doubt);
      case NameTree.Fail<BoundName> _, NameTree.Empty<BoundName> _ -> new Nobody("");
    };
  }

  private static Selector split(
      List<Weighted<BoundName>> branches, Function<BoundName, Filter> stats) {
    if (branches.isEmpty()) {
      return new Nobody("");
    }
    double total = branches.stream().mapToDouble(Weighted::weight).sum();
    return new Split(
        branches.stream().map(b -> new Branch(b.weight(), of(b.tree(), stats))).toList(), total);
  }

  /** All weights 0 means any. */
  private static Selector branch(List<Branch> branches, double total, RandomGenerator random) {
    if (total <= 0) {
      return branches.get(random.nextInt(branches.size())).selector();
    }
    double point = random.nextDouble() * total;
    for (var branch : branches) {
      point -= branch.weight();
      if (point < 0) {
        return branch.selector();
      }
    }
    return branches.getLast().selector();
  }
}
