package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.discovery.fs.FileWatches.Look;
import fairlead.discovery.fs.FileWatches.Looked;
import fairlead.discovery.fs.ServiceWalk.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Finds the file that the first elements of a name lead to. */
record ServiceWalk(Path root, List<String> elements) implements Look<Place> {
  /** Where a name ended. */
  sealed interface Place {
    /**
     * At a file.
     *
     * @param used how many elements led to it
     */
    record Found(Path file, int used) implements Place {}

    /** Nowhere, or at a directory. */
    record Nowhere() implements Place {}
  }

  @Override
  public Looked<Place> look(boolean hinted) {
    var directories = new HashSet<Path>();
    Path at = root;
    for (int i = 0; i < elements.size(); i++) {
      addWithTarget(at, directories);
      Optional<Path> next = child(at, elements.get(i));
      if (next.isEmpty()) {
        break;
      }
      at = next.get();
      if (Files.isRegularFile(at)) {
        directories.addAll(TextReader.directories(at));
        return new Looked<>(new State.Ok<>(new Place.Found(at, i + 1)), directories);
      }
      if (!Files.isDirectory(at)) {
        break;
      }
    }
    return new Looked<>(new State.Ok<>(new Place.Nowhere()), directories);
  }

  private static void addWithTarget(Path directory, HashSet<Path> directories) {
    directories.add(directory);
    directories.addAll(TextReader.directories(directory));
    try {
      directories.add(directory.toRealPath());
    } catch (IOException _) {
      // Gone meanwhile: the next look finds out.
      directories.remove(directory);
    }
  }

  /** Names come from callers: none may lead out of its directory. */
  private static Optional<Path> child(Path directory, String element) {
    String name = new String(element.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    if (name.equals(".") || name.equals("..") || name.indexOf('/') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(directory.resolve(name));
    } catch (InvalidPathException _) {
      return Optional.empty();
    }
  }
}
