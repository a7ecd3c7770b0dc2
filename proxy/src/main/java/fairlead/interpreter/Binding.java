package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.activity.State.Failed;
import fairlead.activity.State.Ok;
import fairlead.activity.State.Pending;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import fairlead.naming.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The recursive binding of one name for one observer ({@code spec/routing.md} §4.3). Inside the
 * control plane's executor only.
 */
final class Binding {
  private final Dtab dtab;
  private final Namers namers;
  private final LookupLimit limit = new LookupLimit();

  private Binding(Dtab dtab, Namers namers) {
    this.dtab = dtab;
    this.namers = namers;
  }

  /** The live tree that {@code path} is bound to; it has no Alt. */
  static Activity<NameTree<Bound>> of(Dtab dtab, Namers namers, Path path) {
    return observer -> new Binding(dtab, namers).lookup(0, path).observe(observer);
  }

  private Activity<NameTree<Bound>> lookup(int depth, Path path) {
    return limit.around(
        depth,
        path,
        () ->
            switch (Step.of(dtab, namers, path)) {
              case Step.Rewritten(var rules) -> bind(depth + 1, inOrder(rules));
              case Step.Asked(var _, var answer) -> answer.flatMap(tree -> bind(depth + 1, tree));
            },
        Failed::new);
  }

  private static NameTree<Name> inOrder(List<Step.Applied> rules) {
    List<NameTree<Name>> trees =
        rules.stream().map(rule -> rule.tree().<Name>map(leaf -> leaf)).toList();
    return trees.size() == 1 ? trees.getFirst() : new Alt<>(trees);
  }

  private Activity<NameTree<Bound>> bind(int depth, NameTree<Name> tree) {
    return switch (tree) {
      case Leaf<Name>(Path path) -> lookup(depth, path);
      case Leaf<Name>(Bound bound) -> Activity.ok(new Leaf<>(bound));
      case Alt<Name>(var trees) -> FirstOf.of(trees.stream().map(t -> later(depth, t)).toList());
      case Union<Name>(var trees) -> allOf(depth, trees);
      case Neg<Name>(var doubt) -> Activity.ok(new Neg<>(doubt));
      case Fail<Name> _ -> Activity.ok(new Fail<>());
      case Empty<Name> _ -> Activity.ok(new Empty<>());
    };
  }

  private Supplier<Activity<NameTree<Bound>>> later(int depth, NameTree<Name> tree) {
    return () -> bind(depth, tree);
  }

  private Activity<NameTree<Bound>> allOf(int depth, List<Weighted<Name>> branches) {
    if (branches.size() == 1) {
      return bind(depth, branches.getFirst().tree());
    }
    return Activity.all(branches.stream().map(branch -> bind(depth, branch.tree())).toList())
        .flatMap(states -> Activity.constant(union(branches, states)));
  }

  /** Branches that are not known, now or ever, are left out as long as one is. */
  private static State<NameTree<Bound>> union(
      List<Weighted<Name>> branches, List<State<NameTree<Bound>>> states) {
    var known = new ArrayList<Weighted<Bound>>();
    State<NameTree<Bound>> otherwise = new Pending<>();
    for (int i = 0; i < states.size(); i++) {
      switch (states.get(i)) {
        case Ok<NameTree<Bound>>(var tree) ->
            known.add(new Weighted<>(branches.get(i).weight(), tree));
        case Failed<NameTree<Bound>> failed -> {
          if (!(otherwise instanceof Failed)) {
            otherwise = failed;
          }
        }
        case Pending<NameTree<Bound>> _ -> {}
      }
    }
    return known.isEmpty() && !branches.isEmpty()
        ? otherwise
        : new Ok<>(new Union<>(known).simplified());
  }
}
