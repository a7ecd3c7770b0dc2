package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.discovery.fs.ServiceWalk.Place;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the file that the first elements of a name lead to. Blocks; one thread at a time. */
final class ServiceWalk implements Look<Place> {
  private final Path root;
  private final List<String> elements;
  private @Nullable Place seen;

  ServiceWalk(Path root, List<String> elements) {
    this.root = root;
    this.elements = List.copyOf(elements);
  }

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
  public Looked<Place> look() {
    var visited = new ArrayList<Path>();
    Place place = walk(new Stats(), visited);
    seen = place;
    var entries = new HashSet<Entry>();
    visited.forEach(path -> entries.addAll(Trail.of(path)));
    return new Looked<>(new State.Ok<>(place), entries);
  }

  @Override
  public boolean isStale(Stats stats) {
    return !walk(stats, new ArrayList<>()).equals(seen);
  }

  private Place walk(Stats stats, List<Path> visited) {
    Path at = root;
    for (int i = 0; i < elements.size(); i++) {
      Optional<Path> next = child(at, elements.get(i));
      if (next.isEmpty()) {
        break;
      }
      at = next.get();
      visited.add(at);
      try {
        var attributes = stats.of(at);
        if (attributes.isRegularFile()) {
          return new Place.Found(at, i + 1);
        }
        if (!attributes.isDirectory()) {
          break;
        }
      } catch (IOException _) {
        break;
      }
    }
    return new Place.Nowhere();
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
