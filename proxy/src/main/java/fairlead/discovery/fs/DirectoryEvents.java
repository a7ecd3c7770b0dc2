package fairlead.discovery.fs;

import fairlead.activity.Watch;
import java.nio.file.Path;
import java.util.Set;

/** Tells when something changes in a directory; a hint, which may be missed. */
@FunctionalInterface
public interface DirectoryEvents {
  /** No hints: changes are found by looking. */
  DirectoryEvents NONE = (_, _) -> Watch.NONE;

  /**
   * Calls {@code changed}, on any thread, when an entry of one of {@code directories} changes.
   * Blocks, and so does closing.
   */
  Watch watch(Set<Path> directories, Runnable changed);
}
