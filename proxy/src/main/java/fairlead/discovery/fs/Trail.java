package fairlead.discovery.fs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The entries in which a change may lead a path elsewhere or to another content: its own, those of
 * the links it leads over, and the one it ends at. Blocks; one thread.
 */
final class Trail {
  /** As many links as Linux follows. */
  private static final int MOST_LINKS = 40;

  private final Set<Entry> entries = new LinkedHashSet<>();
  private int links;

  private Trail() {}

  /** That of {@code path}; what leads to its directory is left out. As far as it goes. */
  static Set<Entry> of(Path path) {
    var trail = new Trail();
    try {
      trail.follow(path);
      return trail.entries;
    } catch (IOException _) {
      // Gone meanwhile: the entries so far tell when it comes back.
      return trail.entries;
    }
  }

  private void follow(Path path) throws IOException {
    Path directory = path.getParent();
    Path name = path.getFileName();
    if (directory == null || name == null) {
      return;
    }
    entries.add(new Entry(directory, name));
    if (Files.isSymbolicLink(path) && ++links <= MOST_LINKS) {
      followTarget(directory, Files.readSymbolicLink(path));
    }
  }

  private void followTarget(Path directory, Path target) throws IOException {
    Path root = target.getRoot();
    Path at = root == null ? directory : root;
    int last = target.getNameCount() - 1;
    for (int i = 0; i < last; i++) {
      at = at.resolve(target.getName(i));
      if (Files.isSymbolicLink(at)) {
        follow(at);
      }
    }
    if (last >= 0) {
      follow(at.resolve(target.getName(last)));
    }
  }
}
