package fairlead.discovery.utility;

import fairlead.activity.Activity;
import fairlead.naming.Name;
import fairlead.naming.NameTree;
import fairlead.naming.Path;

/** A utility namer that answers with another path. */
@FunctionalInterface
interface Rewrite {
  /**
   * What {@code rest}, the elements after the class, stands for.
   *
   * @param named the whole path, for messages
   */
  Activity<NameTree<Name>> apply(String named, Path rest);
}
