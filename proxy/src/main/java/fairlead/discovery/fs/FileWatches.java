package fairlead.discovery.fs;

import fairlead.activity.Activity;
import fairlead.activity.Blocking;
import fairlead.activity.SerialExecutor;
import fairlead.activity.State;
import fairlead.activity.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Values read from the file system that follow its changes: on every hint of {@link
 * DirectoryEvents}, and every second whatever the hints say, so that renames, swapped symbolic
 * links and recreated directories are seen too. Inside the control plane's executor only.
 */
public final class FileWatches {
  private static final Duration INTERVAL = Duration.ofSeconds(1);

  /** Writers truncate, then write: what stands in between is not worth reading. */
  private static final Duration SETTLE = Duration.ofMillis(50);

  private final SerialExecutor control;
  private final Blocking blocking;
  private final DirectoryEvents events;

  public FileWatches(SerialExecutor control, Blocking blocking, DirectoryEvents events) {
    this.control = control;
    this.blocking = blocking;
    this.events = events;
  }

  /** One look at the file system. */
  @FunctionalInterface
  interface Look<T> {
    /**
     * What is there. Blocks; looks never overlap.
     *
     * @param hinted whether something has changed, as far as the system told
     */
    Looked<T> look(boolean hinted);
  }

  /** What was seen, and the directories in which changes matter. */
  record Looked<T>(State<T> state, Set<Path> directories) {
    Looked {
      directories = Set.copyOf(directories);
    }
  }

  /**
   * The text of {@code file} while observed; failed when it cannot be read or is larger than 500
   * KB.
   */
  public Activity<TextFile> text(Path file) {
    return watch(file.getFileName() + "", () -> new TextReader(file));
  }

  /**
   * What {@code looks} make of the file system while observed.
   *
   * @param looks makes one for each start; it may remember what it saw
   */
  <T> Activity<T> watch(String name, Supplier<Look<T>> looks) {
    return Activity.shared(
        sink -> {
          var looking = new Looking<>(name, looks.get(), sink);
          looking.look(true);
          return looking;
        });
  }

  private final class Looking<T> implements Watch {
    private final String name;
    private final Look<T> look;
    private final Consumer<State<T>> sink;
    private Map<Path, Object> watched = Map.of();
    private Watch directories = Watch.NONE;
    private Watch timer = Watch.NONE;
    private boolean busy;
    private boolean hinted;
    private boolean closed;

    Looking(String name, Look<T> look, Consumer<State<T>> sink) {
      this.name = name;
      this.look = look;
      this.sink = sink;
    }

    private void look(boolean withHint) {
      timer.close();
      busy = true;
      hinted = false;
      Map<Path, Object> before = watched;
      blocking.run(
          "fs-" + name,
          () -> {
            Looked<T> looked = lookSafely(withHint);
            Map<Path, Object> now = identities(looked.directories());
            Watch next = now.equals(before) ? null : events.watch(now.keySet(), this::hint);
            control.execute(() -> looked(looked, now, next));
          });
    }

    /** Whatever goes wrong is an answer too, or nobody would ever look again. */
    private Looked<T> lookSafely(boolean withHint) {
      try {
        return look.look(withHint);
      } catch (RuntimeException e) {
        return new Looked<>(new State.Failed<>(name + ": cannot be read: " + e), Set.of());
      }
    }

    private void looked(Looked<T> looked, Map<Path, Object> now, @Nullable Watch newDirectories) {
      busy = false;
      if (newDirectories != null) {
        Watch old = directories;
        directories = newDirectories;
        watched = now;
        blocking.run("fs-" + name, old::close);
        // What changed between looking and watching was told to nobody.
        hinted = true;
      }
      if (closed) {
        close();
        return;
      }
      sink.accept(looked.state());
      lookLater();
    }

    private void lookLater() {
      boolean soon = hinted;
      timer.close();
      timer = control.after(soon ? SETTLE : INTERVAL, () -> look(soon));
    }

    /** Any thread. */
    private void hint() {
      control.execute(
          () -> {
            if (!closed && !hinted) {
              hinted = true;
              if (!busy) {
                lookLater();
              }
            }
          });
    }

    @Override
    public void close() {
      closed = true;
      timer.close();
      if (!busy) {
        Watch old = directories;
        directories = Watch.NONE;
        blocking.run("fs-" + name, old::close);
      }
    }
  }

  /** Directories that exist, with what tells one from another of the same name. */
  private static Map<Path, Object> identities(Set<Path> directories) {
    var identities = new HashMap<Path, Object>();
    for (Path directory : directories) {
      try {
        Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
        identities.put(directory, key == null ? directory : key);
      } catch (IOException _) {
        // Gone: then there is nothing to watch, and the next look finds out.
        identities.remove(directory);
      }
    }
    return identities;
  }
}
