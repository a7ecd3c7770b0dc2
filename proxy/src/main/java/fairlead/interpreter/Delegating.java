package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.activity.State;
import fairlead.interpreter.transform.Transformers;
import fairlead.naming.Bound;
import fairlead.naming.Dentry;
import fairlead.naming.Dtab;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Weighted;
import fairlead.naming.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * As {@link Binding}, by the same {@link Step}s, but keeping what it saw: every alternative is
 * looked up, also those that routing never reaches. Control plane only.
 */
final class Delegating {
  private final Dtab dtab;
  private final Namers namers;
  private final LookupLimit limit = new LookupLimit();

  private Delegating(Dtab dtab, Namers namers) {
    this.dtab = dtab;
    this.namers = namers;
  }

  static Activity<Delegation> of(Dtab dtab, Namers namers, Transformers transformers, Path path) {
    var bound = of(dtab, namers, path);
    return new TransformedDelegation(namers).apply(transformers, path, bound);
  }

  /** Without transformers. */
  static Activity<Delegation> of(Dtab dtab, Namers namers, Path path) {
    return observer -> new Delegating(dtab, namers).name(0, path, null).observe(observer);
  }

  /** The node of {@code path}, which {@code by} led to. */
  private Activity<Delegation> name(int depth, Path path, @Nullable Dentry by) {
    String shown = path.show();
    return limit.around(
        depth,
        path,
        () ->
            switch (Step.of(dtab, namers, path)) {
              case Step.Rewritten(var rules) when rules.size() == 1 ->
                  tree(depth + 1, shown, rules.getFirst().rule(), rules.getFirst().tree())
                      .map(tree -> new Delegation.Delegate(shown, by, tree));
              case Step.Rewritten(var rules) ->
                  alt(shown, by, rules.stream().flatMap(r -> each(depth + 1, shown, r)).toList());
              case Step.Asked(var negative, var answer) ->
                  answer.flatMapState(state -> answer(depth + 1, shown, by, negative, state));
            },
        reason -> new State.Ok<>(new Delegation.Failed(shown, by, reason)));
  }

  /** Alternatives within one of several rules stand beside those of the others. */
  private Stream<Activity<Delegation>> each(int depth, String path, Step.Applied applied) {
    return applied.tree() instanceof NameTree.Alt<Path>(var trees)
        ? trees.stream().map(tree -> tree(depth, path, applied.rule(), tree))
        : Stream.of(tree(depth, path, applied.rule(), applied.tree()));
  }

  private Activity<Delegation> answer(
      int depth,
      String path,
      @Nullable Dentry by,
      @Nullable Dentry negative,
      State<NameTree<Name>> state) {
    return switch (state) {
      case State.Pending<NameTree<Name>> _ -> Activity.ok(new Delegation.Pending(path, by));
      case State.Failed<NameTree<Name>>(var reason) ->
          Activity.ok(new Delegation.Failed(path, by, reason));
      case State.Ok<NameTree<Name>>(var tree)
          when negative != null && tree.simplified() instanceof NameTree.Neg<Name>(var doubt) ->
          Activity.ok(new Delegation.Delegate(path, by, new Delegation.Neg("~", negative, doubt)));
      case State.Ok<NameTree<Name>>(var tree) -> bound(depth, path, by, tree);
    };
  }

  /** What a rule makes of {@code path}. */
  private Activity<Delegation> tree(int depth, String path, Dentry rule, NameTree<Path> tree) {
    return switch (tree) {
      case NameTree.Leaf<Path>(var leaf) -> name(depth, leaf, rule);
      case NameTree.Alt<Path>(var trees) ->
          alt(path, rule, trees.stream().map(t -> tree(depth, path, rule, t)).toList());
      case NameTree.Union<Path>(var branches) ->
          union(
              path,
              rule,
              branches,
              branches.stream().map(b -> tree(depth, path, rule, b.tree())).toList());
      case NameTree.Neg<Path> _ -> Activity.ok(new Delegation.Neg("~", rule));
      case NameTree.Fail<Path> _ -> Activity.ok(new Delegation.Fail("!", rule));
      case NameTree.Empty<Path> _ -> Activity.ok(new Delegation.Empty("$", rule));
    };
  }

  /** What a namer makes of {@code path}. */
  private Activity<Delegation> bound(
      int depth, String path, @Nullable Dentry by, NameTree<Name> tree) {
    return switch (tree) {
      case NameTree.Leaf<Name>(Path next) ->
          name(depth, next, null).map(inner -> new Delegation.Delegate(path, by, inner));
      case NameTree.Leaf<Name>(Bound leaf) -> leaf(path, by, leaf);
      case NameTree.Alt<Name>(var trees) ->
          alt(path, by, trees.stream().map(t -> bound(depth, path, by, t)).toList());
      case NameTree.Union<Name>(var branches) ->
          union(
              path,
              by,
              branches,
              branches.stream().map(b -> bound(depth, path, by, b.tree())).toList());
      case NameTree.Neg<Name>(var doubt) -> Activity.ok(new Delegation.Neg(path, by, doubt));
      case NameTree.Fail<Name> _ -> Activity.ok(new Delegation.Fail(path, by));
      case NameTree.Empty<Name> _ -> Activity.ok(new Delegation.Empty(path, by));
    };
  }

  static Activity<Delegation> leaf(String path, @Nullable Dentry by, Bound bound) {
    return bound
        .addr()
        .mapState(addr -> new State.Ok<>(new Delegation.Leaf(path, by, bound, addr)));
  }

  private static Activity<Delegation> alt(
      String path, @Nullable Dentry by, List<Activity<Delegation>> parts) {
    return all(parts).map(trees -> new Delegation.Alt(path, by, Fates.of(trees)));
  }

  private static <T> Activity<Delegation> union(
      String path,
      @Nullable Dentry by,
      List<Weighted<T>> branches,
      List<Activity<Delegation>> parts) {
    return all(parts).map(trees -> new Delegation.Union(path, by, shares(branches, trees)));
  }

  private static <T> List<Delegation.Share> shares(
      List<Weighted<T>> branches, List<Delegation> trees) {
    var shares = new ArrayList<Delegation.Share>();
    for (int i = 0; i < trees.size(); i++) {
      shares.add(new Delegation.Share(branches.get(i).weight(), trees.get(i)));
    }
    return shares;
  }

  /** Nodes are always known, so their list is. */
  static Activity<List<Delegation>> all(List<Activity<Delegation>> parts) {
    return Activity.all(parts)
        .map(
            states ->
                states.stream()
                    .flatMap(
                        state ->
                            state instanceof State.Ok<Delegation>(var tree)
                                ? Stream.of(tree)
                                : Stream.<Delegation>of())
                    .toList());
  }
}
