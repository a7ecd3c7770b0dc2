package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.discovery.TransformerConfig;
import fairlead.interpreter.transform.Transformers;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import java.util.List;

/** Kind {@code default}: the dtab it is given, over the namers ({@code spec/routing.md} §9.1). */
public final class DtabInterpreter implements Interpreter, Delegator {
  private final Namers namers;
  private final Transformers transformers;

  /**
   * @param transformers of the interpreter, the first applied first
   */
  public DtabInterpreter(Namers namers, List<TransformerConfig> transformers) {
    this.namers = namers;
    this.transformers = namers.transformers(transformers);
  }

  @Override
  public Activity<NameTree<Bound>> bind(Dtab dtab, Path path) {
    return transformers.apply(Binding.of(dtab, namers, path));
  }

  @Override
  public Activity<Delegation> delegate(Dtab dtab, Path path) {
    return Delegating.of(dtab, namers, transformers, path);
  }
}
