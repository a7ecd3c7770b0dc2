package fairlead.balance;

import org.jspecify.annotations.Nullable;

/**
 * Picks an endpoint out of a set that does not change. Made and used on one event loop; a changed
 * set gets a new picker.
 */
@FunctionalInterface
public interface Picker<N extends Node> {
  /** The key of a request that may go anywhere. */
  long ANYWHERE = 0;

  /**
   * The endpoint for the next request, or null when the set is empty.
   *
   * @param key requests of the same key belong together, unless it is {@link #ANYWHERE}; for
   *     pickers that look at it
   */
  @Nullable N pick(long key);

  /** Whether it may pick {@code node}, one of its set, as things are. */
  default boolean reaches(N node) {
    return true;
  }
}
