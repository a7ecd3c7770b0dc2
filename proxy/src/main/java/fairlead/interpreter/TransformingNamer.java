package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.discovery.Namer;
import fairlead.interpreter.transform.Transformers;
import fairlead.naming.Bound;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.NameTree.Alt;
import fairlead.naming.NameTree.Leaf;
import fairlead.naming.NameTree.Union;
import fairlead.naming.Path;
import java.util.List;
import java.util.Map;

/**
 * A namer whose fully bound trees are transformed; trees with paths to look up again pass unchanged
 * ({@code spec/routing.md} §10.1).
 */
record TransformingNamer(Namer namer, Transformers transformers) implements Namer {
  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    return namer
        .lookup(path)
        .flatMap(
            tree ->
                isBound(tree)
                    ? transformers
                        .apply(Activity.ok(tree.map(name -> (Bound) name)))
                        .map(bound -> bound.<Name>map(b -> b))
                    : Activity.ok(tree));
  }

  private static boolean isBound(NameTree<Name> tree) {
    return switch (tree) {
      case Leaf<Name>(var name) -> name instanceof Bound;
      case Alt<Name>(var trees) -> trees.stream().allMatch(TransformingNamer::isBound);
      case Union<Name>(var trees) -> trees.stream().allMatch(branch -> isBound(branch.tree()));
      case NameTree.Neg<Name> _, NameTree.Fail<Name> _, NameTree.Empty<Name> _ -> true;
    };
  }

  @Override
  public Activity<List<Path>> boundNames() {
    return namer.boundNames();
  }

  @Override
  public Map<String, Object> adminState() {
    return namer.adminState();
  }

  @Override
  public void close() {
    namer.close();
  }
}
