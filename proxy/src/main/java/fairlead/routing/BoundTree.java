package fairlead.routing;

import fairlead.activity.SerialExecutor;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A bound tree with its leaves looked up. */
final class BoundTree extends SharedEntry {
  private final NameTree<BoundName> tree;
  private final List<BoundName> leaves = new ArrayList<>();

  BoundTree(NameTree<Bound> bound, Function<Bound, BoundName> lookUp, SerialExecutor control) {
    super(control);
    this.tree =
        bound.map(
            leaf -> {
              var name = lookUp.apply(leaf);
              name.hold();
              leaves.add(name);
              return name;
            });
  }

  NameTree<BoundName> tree() {
    return tree;
  }

  @Override
  public void close() {
    leaves.forEach(leaf -> leaf.release(idleSince()));
  }
}
