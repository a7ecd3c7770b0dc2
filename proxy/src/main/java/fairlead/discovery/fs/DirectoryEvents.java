package fairlead.discovery.fs;

import fairlead.activity.Watch;
import java.nio.file.Path;
import java.util.Set;

/** Tells when something changes in a directory. */
@FunctionalInterface
public interface DirectoryEvents {
  /** Tells nothing: changes are found by looking. */
  DirectoryEvents NONE = (_, _) -> Watching.NOTHING;

  /**
   * Tells {@code listener}, on any thread, of changes to the entries of {@code directory}. Blocks,
   * and so does closing.
   */
  Watching watch(Path directory, Listener listener);

  /**
   * A directory whose changes are told.
   *
   * @param complete whether none is left out, so that there is little need to look
   */
  record Watching(boolean complete, Watch watch) {
    /** Nothing is told. */
    public static final Watching NOTHING = new Watching(false, Watch.NONE);
  }

  /** Who is told. */
  interface Listener {
    /** Entries of these names came, went, or their files were written to. */
    void changed(Set<Path> names);

    /** More changed than could be told. */
    void missed();

    /** The directory is gone, and nothing more is told of it. */
    void ended();
  }
}
