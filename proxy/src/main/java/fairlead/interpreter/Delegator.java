package fairlead.interpreter;

import fairlead.activity.Activity;
import fairlead.naming.Dtab;
import fairlead.naming.Path;

/** Explains how names are bound. Inside the control plane's executor only. */
public interface Delegator {
  /**
   * Every step from {@code path} to endpoints, as routing would take it. Always known: what is not
   * known yet is a {@link Delegation.Pending} node or a leaf with a pending set; see {@link
   * Delegation#settled}. {@code dtab} is used as in {@link Interpreter#bind}.
   */
  Activity<Delegation> delegate(Dtab dtab, Path path);
}
