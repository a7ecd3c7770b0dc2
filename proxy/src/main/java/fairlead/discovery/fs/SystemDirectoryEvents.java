package fairlead.discovery.fs;

import fairlead.activity.Blocking;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operating system's directory events. Any thread; its lock is never held in a wait. */
public final class SystemDirectoryEvents implements DirectoryEvents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemDirectoryEvents.class);

  /** Those that no other machine writes to, and of which Linux therefore tells every change. */
  private static final Set<String> LOCAL =
      Set.of(
          "ext2",
          "ext3",
          "ext4",
          "xfs",
          "btrfs",
          "bcachefs",
          "f2fs",
          "zfs",
          "tmpfs",
          "ramfs",
          "overlay");

  /** Who writes one entry often writes many: they are told of together. */
  private static final Duration GATHER = Duration.ofMillis(2);

  private final WatchService service;

  /** Who is to be told; guarded by this. */
  private final Map<WatchKey, List<Listener>> listeners = new HashMap<>();

  private SystemDirectoryEvents(WatchService service) {
    this.service = service;
  }

  /**
   * Starts watching on a thread of its own.
   *
   * @throws IOException when the system has no more watches to give
   */
  public static SystemDirectoryEvents open(Blocking blocking) throws IOException {
    var events = new SystemDirectoryEvents(FileSystems.getDefault().newWatchService());
    blocking.run("fs-events", events::listen);
    return events;
  }

  @Override
  public Watching watch(Path directory, Listener listener) {
    try {
      WatchKey key = register(directory, listener);
      return new Watching(isLocal(directory), () -> remove(key, listener));
    } catch (IOException | ClosedWatchServiceException e) {
      LOG.debug("{}: no events, looked at every second instead: {}", directory, e.toString());
      return Watching.NOTHING;
    }
  }

  private static boolean isLocal(Path directory) {
    try {
      return System.getProperty("os.name").equals("Linux")
          && LOCAL.contains(Files.getFileStore(directory).type());
    } catch (IOException | SecurityException e) {
      LOG.debug("{}: on an unknown file system: {}", directory, e.toString());
      return false;
    }
  }

  private WatchKey register(Path directory, Listener listener) throws IOException {
    synchronized (this) {
      WatchKey key =
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY);
      listeners.computeIfAbsent(key, _ -> new ArrayList<>()).add(listener);
      return key;
    }
  }

  private synchronized void remove(WatchKey key, Listener listener) {
    List<Listener> left = listeners.get(key);
    if (left != null && left.remove(listener) && left.isEmpty()) {
      listeners.remove(key);
      try {
        key.cancel();
      } catch (ClosedWatchServiceException _) {
        return; // closed meanwhile, and the key with it
      }
    }
  }

  private void listen() {
    try {
      while (true) {
        WatchKey first = service.take();
        Thread.sleep(GATHER);
        for (WatchKey key = first; key != null; key = service.poll()) {
          tell(key);
        }
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("directory events end: {}", e.toString());
    }
  }

  private void tell(WatchKey key) {
    List<WatchEvent<?>> events = key.pollEvents();
    boolean goesOn = key.reset();
    List<Listener> told = goesOn ? told(key) : last(key);
    var names = new HashSet<Path>();
    boolean missed = false;
    for (WatchEvent<?> event : events) {
      if (event.context() instanceof Path name) {
        names.add(name);
      } else {
        missed = true;
      }
    }
    for (Listener listener : told) {
      if (!goesOn) {
        listener.ended();
      } else if (missed) {
        listener.missed();
      }
      if (!names.isEmpty()) {
        listener.changed(names);
      }
    }
  }

  private synchronized List<Listener> told(WatchKey key) {
    return List.copyOf(listeners.getOrDefault(key, List.of()));
  }

  private synchronized List<Listener> last(WatchKey key) {
    List<Listener> last = listeners.remove(key);
    return last == null ? List.of() : last;
  }

  @Override
  public void close() {
    try {
      service.close();
    } catch (IOException e) {
      LOG.debug("directory events did not close: {}", e.toString());
    }
  }
}
