package fairlead.discovery.fs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Events that a test tells. */
final class FakeDirectoryEvents implements DirectoryEvents {
  final List<Listener> listeners = new ArrayList<>();
  boolean complete;

  @Override
  public Watching watch(Path directory, Listener listener) {
    listeners.add(listener);
    return new Watching(complete, () -> listeners.remove(listener));
  }

  void change(String name) {
    List.copyOf(listeners).forEach(listener -> listener.changed(Set.of(Path.of(name))));
  }
}
