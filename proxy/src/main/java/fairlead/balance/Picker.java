package fairlead.balance;

import org.jspecify.annotations.Nullable;

/**
 * Picks an endpoint out of a set that does not change. Made and used on one event loop; a changed
 * set gets a new picker.
 */
public interface Picker<N extends Node> {
  /** The endpoint for the next request, or null when the set is empty. */
  @Nullable N pick();
}
