package fairlead.server;

import fairlead.http1.Patience;

/**
 * What a listener protects itself with. Immutable.
 *
 * @param patience how long callers may let us wait
 */
public record GuardConfig(Patience patience) {
  public static final GuardConfig DEFAULT = new GuardConfig(Patience.DEFAULT);
}
