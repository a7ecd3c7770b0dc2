package fairlead.discovery.fs;

import fairlead.discovery.fs.DirectoryEvents.Watching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A directory and all that look into it. A sweep asks whether it is still the same one, and its
 * lookers whether they are stale: all of them where events leave something out, and else a few in
 * turn. Inside the control plane's executor, where nothing is said.
 */
final class WatchedDirectory implements DirectoryEvents.Listener {
  /** Within so many sweeps everybody is asked, whatever events tell. */
  static final int SWEEPS = 30;

  private final FileWatches watches;
  private final Path path;
  private final DirectoryEvents events;

  /** Who was asked longest ago comes first. */
  private final SequencedSet<Looking<?>> lookers = new LinkedHashSet<>();

  private final Map<Path, Set<Looking<?>>> byName = new HashMap<>();

  /** What tells it from another one at the same path; null when there is none. */
  private @Nullable Object identity;

  private Watching watching = Watching.NOTHING;
  private boolean busy;
  private boolean everybody;
  private boolean closed;

  /** What a sweep found; {@code next} is null when the directory is the same as before. */
  private record Swept(@Nullable Object identity, @Nullable Watching next, Set<Looking<?>> stale) {}

  WatchedDirectory(FileWatches watches, Path path, DirectoryEvents events) {
    this.watches = watches;
    this.path = path;
    this.events = events;
  }

  Path path() {
    return path;
  }

  void enter(Looking<?> looking) {
    lookers.add(looking);
  }

  void leave(Looking<?> looking) {
    lookers.remove(looking);
    if (lookers.isEmpty()) {
      closed = true;
      watches.forget(this);
      become(Watching.NOTHING);
    }
  }

  /** Lets {@code looking} know of changes to the entry {@code name}. */
  void tell(Looking<?> looking, Path name) {
    byName.computeIfAbsent(name, _ -> new HashSet<>(2)).add(looking);
  }

  void tellNoMore(Looking<?> looking, Path name) {
    Set<Looking<?>> told = byName.get(name);
    if (told != null && told.remove(looking) && told.isEmpty()) {
      byName.remove(name);
    }
  }

  void sweep() {
    if (busy || closed) {
      return;
    }
    busy = true;
    Object before = identity;
    List<Looking<?>> asked = turn();
    watches.elsewhere(
        path,
        () -> {
          Swept swept = sweep(before, asked);
          watches.inside(() -> swept(swept, asked));
        });
  }

  private List<Looking<?>> turn() {
    boolean all = everybody || !watching.complete();
    everybody = false;
    int count = all ? lookers.size() : (lookers.size() + SWEEPS - 1) / SWEEPS;
    var asked = new ArrayList<Looking<?>>();
    for (int i = 0; i < count; i++) {
      Looking<?> next = lookers.removeFirst();
      lookers.addLast(next);
      if (next.beginCheck()) {
        asked.add(next);
      }
    }
    return asked;
  }

  private Swept sweep(@Nullable Object before, List<Looking<?>> asked) {
    Object now = identity(path);
    if (!Objects.equals(now, before)) {
      return new Swept(now, now == null ? Watching.NOTHING : events.watch(path, this), Set.of());
    }
    var stats = new Stats();
    var stale = new HashSet<Looking<?>>();
    for (Looking<?> one : asked) {
      if (one.isStale(stats)) {
        stale.add(one);
      }
    }
    return new Swept(now, null, stale);
  }

  private void swept(Swept swept, List<Looking<?>> asked) {
    busy = false;
    asked.forEach(one -> one.endCheck(swept.stale().contains(one)));
    Watching next = swept.next();
    if (next == null) {
      return;
    }
    if (closed) {
      close(next);
    } else {
      identity = swept.identity();
      become(next);
      List.copyOf(lookers).forEach(Looking::look);
    }
  }

  private void become(Watching next) {
    Watching old = watching;
    watching = next;
    close(old);
  }

  private void close(Watching old) {
    if (!old.equals(Watching.NOTHING)) {
      watches.elsewhere(path, () -> old.watch().close());
    }
  }

  @Override
  public void changed(Set<Path> names) {
    watches.inside(
        () -> {
          hint(Entry.EVERY);
          names.forEach(this::hint);
        });
  }

  private void hint(Path name) {
    byName.getOrDefault(name, Set.of()).forEach(Looking::hint);
  }

  @Override
  public void missed() {
    watches.inside(this::sweepEverybodySoon);
  }

  @Override
  public void ended() {
    watches.inside(
        () -> {
          identity = null;
          become(Watching.NOTHING);
          sweepEverybodySoon();
        });
  }

  private void sweepEverybodySoon() {
    if (!everybody && !closed) {
      everybody = true;
      watches.afterSettling(this::sweep);
    }
  }

  /** Null when there is none. */
  private static @Nullable Object identity(Path directory) {
    try {
      Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
      return key == null ? directory : key;
    } catch (IOException _) {
      return null;
    }
  }
}
