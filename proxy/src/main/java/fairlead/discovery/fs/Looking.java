package fairlead.discovery.fs;

import fairlead.activity.State;
import fairlead.activity.Watch;
import fairlead.discovery.fs.Look.Looked;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** One value followed, until closed. Inside the control plane's executor, where nothing is said. */
final class Looking<T> implements Watch {
  private final FileWatches watches;
  private final Path home;
  private final Look<T> look;
  private final Consumer<State<T>> sink;
  private Set<Entry> entries = Set.of();
  private Set<Path> directories = Set.of();
  private boolean busy;
  private boolean hinted;
  private boolean closed;

  Looking(FileWatches watches, Path home, Look<T> look, Consumer<State<T>> sink) {
    this.watches = watches;
    this.home = home;
    this.look = look;
    this.sink = sink;
  }

  void start() {
    watch(Set.of());
    look();
  }

  /** Looks, at once or as soon as the look that goes on is done. */
  void look() {
    if (beginLook()) {
      watches.elsewhere(home, () -> watches.inside(lookOutside()));
    }
  }

  /**
   * Whether it is to look now; else it will as soon as the look that goes on is done. If so, {@link
   * #lookOutside} is to follow.
   */
  boolean beginLook() {
    hinted |= busy;
    if (closed || busy) {
      return false;
    }
    watches.lookNoMore(this);
    busy = true;
    hinted = false;
    return true;
  }

  /** Outside. Returns what is to be run inside. */
  Runnable lookOutside() {
    Looked<T> looked = lookSafely();
    return () -> looked(looked);
  }

  Path home() {
    return home;
  }

  /** Something may have changed. */
  void hint() {
    hinted = true;
    if (!closed && !busy) {
      watches.lookSoon(this);
    }
  }

  /** Whether it may be asked now if it is stale; then {@link #endCheck} is to follow. */
  boolean beginCheck() {
    boolean free = !busy && !closed;
    busy |= free;
    return free;
  }

  /** Outside; between {@link #beginCheck} and {@link #endCheck}. */
  boolean isStale(Stats stats) {
    try {
      return look.isStale(stats);
    } catch (RuntimeException _) {
      return true;
    }
  }

  void endCheck(boolean stale) {
    busy = false;
    if (stale) {
      look();
    } else if (hinted) {
      hint();
    }
  }

  /** Whatever goes wrong is an answer too, or nobody would ever look again. */
  private Looked<T> lookSafely() {
    try {
      return look.look();
    } catch (RuntimeException e) {
      return new Looked<>(new State.Failed<>(home + ": cannot be read: " + e), Set.of());
    }
  }

  private void looked(Looked<T> looked) {
    busy = false;
    if (closed) {
      return;
    }
    if (!looked.entries().equals(entries)) {
      watch(looked.entries());
      // What changed between looking and watching was told to nobody.
      hinted = true;
    }
    sink.accept(looked.state());
    if (hinted) {
      hint();
    }
  }

  private void watch(Set<Entry> next) {
    var nextDirectories = new HashSet<Path>();
    nextDirectories.add(home);
    next.forEach(entry -> nextDirectories.add(entry.directory()));
    for (Path directory : nextDirectories) {
      watches.directory(directory).enter(this);
    }
    for (Entry entry : next) {
      watches.directory(entry.directory()).tell(this, entry.name());
    }
    leave(next, nextDirectories);
    entries = next;
    directories = Set.copyOf(nextDirectories);
  }

  /** Leaves what is not among these. */
  private void leave(Set<Entry> keptEntries, Set<Path> keptDirectories) {
    for (Entry entry : entries) {
      if (!keptEntries.contains(entry)) {
        watches.directory(entry.directory()).tellNoMore(this, entry.name());
      }
    }
    for (Path directory : directories) {
      if (!keptDirectories.contains(directory)) {
        watches.directory(directory).leave(this);
      }
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      watches.lookNoMore(this);
      leave(Set.of(), Set.of());
    }
  }
}
