package fairlead.discovery.fs;

import fairlead.activity.State;
import java.util.Set;

/** Looks at a part of the file system, again and again. */
@FunctionalInterface
interface Look<T> {
  /** What is there. Blocks; looks and questions to {@link #isStale} never overlap. */
  Looked<T> look();

  /**
   * Whether another look might see something else. Blocks, but is much cheaper than a look.
   *
   * @param stats what the file system said to others a moment ago
   */
  default boolean isStale(Stats stats) {
    return true;
  }

  /** What was seen, and the entries in which changes matter. */
  record Looked<T>(State<T> state, Set<Entry> entries) {
    public Looked {
      entries = Set.copyOf(entries);
    }
  }
}
