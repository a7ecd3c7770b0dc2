package fairlead.discovery.rewrite;

import fairlead.activity.Activity;
import fairlead.discovery.Namer;
import fairlead.discovery.NamerConfig;
import fairlead.naming.Name;
import fairlead.naming.NameSyntaxException;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.naming.PathPattern;
import fairlead.naming.Paths;
import java.util.Map;

/**
 * Kind {@code io.l5d.rewrite}: names that match a pattern stand for another name ({@code
 * spec/discovery.md} §6).
 */
public final class RewriteNamer implements Namer {
  private final Path fullPrefix;
  private final PathPattern pattern;
  private final String name;

  public RewriteNamer(NamerConfig.Rewrite config) {
    fullPrefix = Path.of("#").concat(config.prefix());
    pattern = PathPattern.of(config.pattern());
    name = config.name();
  }

  @Override
  public Activity<NameTree<Name>> lookup(Path path) {
    return pattern
        .match(path)
        .map(variables -> rewritten(path, variables))
        .orElseGet(() -> Activity.ok(new NameTree.Neg<>()));
  }

  private Activity<NameTree<Name>> rewritten(Path path, Map<String, String> variables) {
    try {
      return Activity.ok(new NameTree.Leaf<>(Paths.parse(PathPattern.substitute(name, variables))));
    } catch (NameSyntaxException e) {
      return Activity.failed(fullPrefix.concat(path).show() + ": " + e.getMessage());
    }
  }
}
