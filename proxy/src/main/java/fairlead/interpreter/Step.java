package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.naming.Dentry;
import fairlead.naming.Dtab;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One look-up of one path, for routing and for explaining alike ({@code spec/routing.md} §4.2). */
sealed interface Step {
  /** Rules matched: what they make of the path, the first to be tried first; at least one. */
  record Rewritten(List<Applied> rules) implements Step {}

  /**
   * No rule matched, or only one that says {@code ~}: what the namers say.
   *
   * @param negative that one rule
   */
  record Asked(@Nullable Dentry negative, Activity<NameTree<Name>> answer) implements Step {}

  /** A rule and its tree with the residual of the path appended to each leaf. */
  record Applied(Dentry rule, NameTree<Path> tree) {}

  static Step of(Dtab dtab, Namers namers, Path path) {
    List<Applied> rules =
        dtab.dentries().reversed().stream()
            .filter(rule -> rule.prefix().matches(path))
            .map(rule -> apply(rule, path))
            .toList();
    if (rules.isEmpty()) {
      return new Asked(null, namers.lookup(path));
    }
    Applied first = rules.getFirst();
    return rules.size() == 1 && first.tree() instanceof NameTree.Neg<Path>
        ? new Asked(first.rule(), namers.lookup(path))
        : new Rewritten(rules);
  }

  private static Applied apply(Dentry rule, Path path) {
    Path residual = path.drop(rule.prefix().size());
    return new Applied(rule, rule.dst().map(leaf -> leaf.concat(residual)));
  }
}
