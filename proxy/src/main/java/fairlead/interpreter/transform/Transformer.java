package fairlead.interpreter.transform;

import fairlead.activity.Activity;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.util.function.UnaryOperator;

/** One transformer, ready to use. Inside the control plane's executor only. */
public sealed interface Transformer {
  /** As written in the configuration. */
  String kind();

  /** What the ids that it makes begin with, {@code /%} included. */
  Path prefix();

  /** Changes the address set of every leaf. */
  record ByAddress(String kind, Path prefix, UnaryOperator<Addr> change) implements Transformer {
    /** The leaf in place of {@code bound}. */
    public Bound apply(Bound bound) {
      return new Bound(prefix.concat(bound.id()), bound.addr().map(change), bound.residual());
    }
  }

  /**
   * Puts what {@code path} is bound to, without any dtab, in place of every leaf.
   *
   * @param always in place of the whole tree, whatever it is
   * @param tree what {@code path} is bound to; ids without the prefix
   */
  record Replacing(
      String kind, Path prefix, boolean always, Path path, Activity<NameTree<Bound>> tree)
      implements Transformer {
    /** The leaf in place of {@code bound}, a leaf of {@link #tree}. */
    public Bound apply(Bound bound) {
      return new Bound(prefix.concat(bound.id()), bound.addr(), bound.residual());
    }
  }

  /** What becomes of a bound tree. */
  default Activity<NameTree<Bound>> apply(Activity<NameTree<Bound>> tree) {
    return switch (this) {
      case ByAddress byAddress -> tree.map(bound -> bound.map(byAddress::apply));
      case Replacing replacing -> {
        Activity<NameTree<Bound>> other =
            replacing.tree().map(bound -> bound.map(replacing::apply));
        yield replacing.always() ? other : tree.flatMap(bound -> replaced(bound, other));
      }
    };
  }

  /** Trees without a leaf ask for no other. */
  private static Activity<NameTree<Bound>> replaced(
      NameTree<Bound> tree, Activity<NameTree<Bound>> other) {
    return hasLeaf(tree)
        ? other.map(replacement -> withLeaves(tree, replacement).simplified())
        : Activity.ok(tree);
  }

  private static boolean hasLeaf(NameTree<Bound> tree) {
    return switch (tree) {
      case NameTree.Leaf<Bound> _ -> true;
      case NameTree.Alt<Bound>(var trees) -> trees.stream().anyMatch(Transformer::hasLeaf);
      case NameTree.Union<Bound>(var trees) ->
          trees.stream().anyMatch(branch -> hasLeaf(branch.tree()));
      case NameTree.Neg<Bound> _, NameTree.Fail<Bound> _, NameTree.Empty<Bound> _ -> false;
    };
  }

  private static NameTree<Bound> withLeaves(NameTree<Bound> tree, NameTree<Bound> leaf) {
    return switch (tree) {
      case NameTree.Leaf<Bound> _ -> leaf;
      case NameTree.Alt<Bound>(var trees) ->
          new NameTree.Alt<>(trees.stream().map(t -> withLeaves(t, leaf)).toList());
      case NameTree.Union<Bound>(var trees) ->
          new NameTree.Union<>(
              trees.stream()
                  .map(b -> new NameTree.Weighted<>(b.weight(), withLeaves(b.tree(), leaf)))
                  .toList());
      case NameTree.Neg<Bound> _, NameTree.Fail<Bound> _, NameTree.Empty<Bound> _ -> tree;
    };
  }
}
