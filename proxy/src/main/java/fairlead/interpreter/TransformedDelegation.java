package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.interpreter.Delegation.Alt;
import fairlead.interpreter.Delegation.Branch;
import fairlead.interpreter.Delegation.Delegate;
import fairlead.interpreter.Delegation.Leaf;
import fairlead.interpreter.Delegation.Share;
import fairlead.interpreter.Delegation.Transformation;
import fairlead.interpreter.Delegation.Union;
import fairlead.interpreter.transform.Transformer;
import fairlead.interpreter.transform.Transformers;
import fairlead.naming.Dtab;
import fairlead.naming.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Shows what an interpreter's transformers make of what was bound. Control plane only. */
final class TransformedDelegation {
  private final Namers namers;

  TransformedDelegation(Namers namers) {
    this.namers = namers;
  }

  Activity<Delegation> apply(
      Transformers transformers, Path path, Activity<Delegation> delegation) {
    Activity<Delegation> result = delegation;
    for (Transformer transformer : transformers.list()) {
      result = apply(transformer, path, result);
    }
    return result;
  }

  private Activity<Delegation> apply(
      Transformer transformer, Path path, Activity<Delegation> delegation) {
    return switch (transformer) {
      case Transformer.ByAddress byAddress ->
          delegation.flatMap(tree -> leaves(tree, leaf -> changed(byAddress, leaf)));
      case Transformer.Replacing replacing when replacing.always() ->
          replacement(replacing)
              .map(tree -> new Transformation(path.show(), replacing.kind(), null, tree));
      case Transformer.Replacing replacing ->
          delegation.flatMap(tree -> leaves(tree, leaf -> replaced(replacing, leaf)));
    };
  }

  private static Activity<Delegation> changed(Transformer.ByAddress transformer, Leaf leaf) {
    return Delegating.leaf(leaf.path(), leaf.dentry(), transformer.apply(leaf.bound()))
        .map(tree -> new Transformation(leaf.path(), transformer.kind(), leaf, tree));
  }

  private Activity<Delegation> replaced(Transformer.Replacing transformer, Leaf leaf) {
    return replacement(transformer)
        .map(tree -> new Transformation(leaf.path(), transformer.kind(), leaf, tree));
  }

  private Activity<Delegation> replacement(Transformer.Replacing transformer) {
    return Delegating.of(Dtab.EMPTY, namers, transformer.path())
        .flatMap(
            tree ->
                leaves(
                    tree,
                    leaf ->
                        Delegating.leaf(
                            leaf.path(), leaf.dentry(), transformer.apply(leaf.bound()))));
  }

  /** {@code tree} with every leaf changed by {@code f}. */
  private static Activity<Delegation> leaves(
      Delegation tree, Function<Leaf, Activity<Delegation>> f) {
    return switch (tree) {
      case Leaf leaf -> f.apply(leaf);
      case Delegate(var path, var by, var inner) ->
          leaves(inner, f).map(changed -> new Delegate(path, by, changed));
      case Transformation(var path, var name, var before, var inner) ->
          leaves(inner, f).map(changed -> new Transformation(path, name, before, changed));
      case Alt(var path, var by, var branches) ->
          all(branches.stream().map(Branch::tree).toList(), f)
              .map(trees -> new Alt(path, by, branches(branches, trees)));
      case Union(var path, var by, var shares) ->
          all(shares.stream().map(Share::tree).toList(), f)
              .map(trees -> new Union(path, by, shares(shares, trees)));
      case Delegation.Failed _,
          Delegation.Pending _,
          Delegation.Neg _,
          Delegation.Fail _,
          Delegation.Empty _ ->
          Activity.ok(tree);
    };
  }

  private static Activity<List<Delegation>> all(
      List<Delegation> trees, Function<Leaf, Activity<Delegation>> f) {
    return Delegating.all(trees.stream().map(tree -> leaves(tree, f)).toList());
  }

  /** Transformers come after the choice: the fates stay. */
  private static List<Branch> branches(List<Branch> old, List<Delegation> trees) {
    return IntStream.range(0, old.size())
        .mapToObj(i -> new Branch(trees.get(i), old.get(i).fate()))
        .toList();
  }

  private static List<Share> shares(List<Share> old, List<Delegation> trees) {
    return IntStream.range(0, old.size())
        .mapToObj(i -> new Share(old.get(i).weight(), trees.get(i)))
        .toList();
  }
}
