package fairlead.naming;

import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Empty;
import fairlead.naming.NameTree.Fail;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Neg;
import fairlead.naming.NameTree.Union;
import fairlead.naming.NameTree.Weighted;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Name trees from and to text ({@code spec/routing.md} §2). */
public final class NameTrees {
  private NameTrees() {}

  /**
   * The tree that {@code text} says.
   *
   * @throws NameSyntaxException when it says none
   */
  public static NameTree<Path> parse(String text) {
    return new NameParser(text).wholeTree();
  }

  /** As written in dtabs. */
  public static String show(NameTree<Path> tree) {
    return show(tree, Path::show);
  }

  /** As written in dtabs, with leaves shown by {@code leaf}. */
  public static <T> String show(NameTree<T> tree, Function<? super T, String> leaf) {
    return switch (tree) {
      case Leaf<T>(var value) -> leaf.apply(value);
      case Alt<T>(var trees) ->
          trees.stream().map(t -> showInside(t, leaf)).collect(Collectors.joining(" | "));
      case Union<T>(var trees) ->
          trees.stream().map(w -> showWeighted(w, leaf)).collect(Collectors.joining(" & "));
      case Neg<T> _ -> "~";
      case Fail<T> _ -> "!";
      case Empty<T> _ -> "$";
    };
  }

  private static <T> String showWeighted(Weighted<T> branch, Function<? super T, String> leaf) {
    String tree = showInside(branch.tree(), leaf);
    return branch.weight() == 1.0 ? tree : showWeight(branch.weight()) + "*" + tree;
  }

  private static <T> String showInside(NameTree<T> tree, Function<? super T, String> leaf) {
    return tree instanceof Alt<T> || tree instanceof Union<T>
        ? "(" + show(tree, leaf) + ")"
        : show(tree, leaf);
  }

  /** Two decimals; more only where two would change the share of the traffic on the next hop. */
  private static String showWeight(double weight) {
    BigDecimal exact = new BigDecimal(Double.toString(weight));
    return (exact.scale() > 2 ? exact : exact.setScale(2, RoundingMode.UNNECESSARY))
        .toPlainString();
  }

  /** What the leaves hold, in order, chosen or not. */
  public static <T> List<T> leaves(NameTree<T> tree) {
    var all = new ArrayList<T>();
    collect(tree, all);
    return all;
  }

  private static <T> void collect(NameTree<T> tree, List<T> all) {
    switch (tree) {
      case NameTree.Leaf<T>(var value) -> all.add(value);
      case NameTree.Alt<T>(var trees) -> trees.forEach(t -> collect(t, all));
      case NameTree.Union<T>(var trees) -> trees.forEach(w -> collect(w.tree(), all));
      case NameTree.Neg<T> _, NameTree.Fail<T> _, NameTree.Empty<T> _ -> {}
    }
  }
}
