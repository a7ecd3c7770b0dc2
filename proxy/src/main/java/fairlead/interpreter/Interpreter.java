package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.naming.Bound;
import fairlead.naming.Dtab;
import fairlead.naming.NameTree;
import fairlead.naming.Path;

/** Binds names ({@code spec/routing.md} §4, §9). Inside the control plane's executor only. */
public interface Interpreter extends AutoCloseable {
  /**
   * The live tree that {@code path} is bound to. {@code dtab} is the router's own followed by the
   * request's; an interpreter with stored rules puts them in front. The tree has no {@link
   * NameTree.Alt}.
   */
  Activity<NameTree<Bound>> bind(Dtab dtab, Path path);

  @Override
  default void close() {}
}
