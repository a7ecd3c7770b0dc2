package fairlead.discovery.fs;

import fairlead.activity.Activity;
import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values read from the file system that follow its changes: shortly after {@link DirectoryEvents}
 * told of them, and by a sweep a second through each directory, so that what events do not tell
 * (other machines' changes, a directory replaced by another) is seen too. Inside the control
 * plane's executor only.
 */
public final class FileWatches {
  static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Writers truncate, then write: what stands in between is not worth reading. */
  static final Duration SETTLE = Duration.ofMillis(50);

  /** Those that are due this soon are looked at together. */
  private static final Duration SLACK = Duration.ofMillis(5);

  private final SerialExecutor control;
  private final Blocking blocking;
  private final DirectoryEvents events;
  private final Map<Path, WatchedDirectory> directories = new HashMap<>();
  private Watch nextSweep = Watch.NONE;

  /** When each is to look, monotonic nanoseconds; the next one first. */
  private final SequencedMap<Looking<?>, Long> due = new LinkedHashMap<>();

  private Watch nextLooks = Watch.NONE;

  public FileWatches(SerialExecutor control, Blocking blocking, DirectoryEvents events) {
    this.control = control;
    this.blocking = blocking;
    this.events = events;
  }

  /**
   * The text of {@code file} while observed; failed when it cannot be read or is larger than 500
   * KB.
   */
  public Activity<TextFile> text(Path file) {
    return watch(TextReader.home(file), () -> new TextReader(file));
  }

  /**
   * What {@code looks} make of the file system while observed.
   *
   * @param home the directory at which they begin
   * @param looks makes one for each start; it may remember what it saw
   */
  <T> Activity<T> watch(Path home, Supplier<? extends Look<T>> looks) {
    return Activity.shared(
        sink -> {
          var looking = new Looking<T>(this, home, looks.get(), sink);
          looking.start();
          return looking;
        });
  }

  /** Runs {@code work}, which may wait, elsewhere. */
  void elsewhere(Path path, Runnable work) {
    blocking.run("fs-" + path.getFileName(), work);
  }

  /** Runs {@code task} inside. Any thread. */
  void inside(Runnable task) {
    control.execute(task);
  }

  /** Runs {@code task} inside once writers have settled. */
  void afterSettling(Runnable task) {
    control.after(SETTLE, task);
  }

  WatchedDirectory directory(Path path) {
    @Nullable WatchedDirectory known = directories.get(path);
    if (known != null) {
      return known;
    }
    if (directories.isEmpty()) {
      nextSweep = control.after(INTERVAL, this::sweep);
    }
    var opened = new WatchedDirectory(this, path, events);
    directories.put(path, opened);
    opened.sweep();
    return opened;
  }

  void forget(WatchedDirectory directory) {
    directories.remove(directory.path(), directory);
    if (directories.isEmpty()) {
      nextSweep.close();
    }
  }

  private void sweep() {
    nextSweep = control.after(INTERVAL, this::sweep);
    List.copyOf(directories.values()).forEach(WatchedDirectory::sweep);
  }

  /** Lets {@code looking} look once writers have settled. */
  void lookSoon(Looking<?> looking) {
    boolean first = due.isEmpty();
    due.putIfAbsent(looking, control.nanos() + SETTLE.toNanos());
    if (first) {
      nextLooks = control.after(SETTLE, this::lookAtDue);
    }
  }

  /** Takes back {@link #lookSoon}. */
  void lookNoMore(Looking<?> looking) {
    if (due.remove(looking) != null && due.isEmpty()) {
      nextLooks.close();
    }
  }

  private void lookAtDue() {
    long end = control.nanos() + SLACK.toNanos();
    var now = new LinkedHashMap<Path, List<Looking<?>>>();
    while (!due.isEmpty() && due.firstEntry().getValue() - end <= 0) {
      var looking = due.pollFirstEntry().getKey();
      if (looking.beginLook()) {
        now.computeIfAbsent(looking.home(), _ -> new ArrayList<>()).add(looking);
      }
    }
    if (!due.isEmpty()) {
      long wait = due.firstEntry().getValue() - control.nanos();
      nextLooks = control.after(Duration.ofNanos(wait), this::lookAtDue);
    }
    now.forEach((home, all) -> elsewhere(home, new Looks(this, home, all.iterator())));
  }
}
