package fairlead.discovery.fs;

import fairlead.activity.Blocking;
import fairlead.activity.Watch;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operating system's directory events. Any thread; its lock is never held in a wait. */
public final class SystemDirectoryEvents implements DirectoryEvents, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SystemDirectoryEvents.class);

  private final WatchService service;

  /** Who is to be told; guarded by this. */
  private final Map<WatchKey, List<Runnable>> listeners = new HashMap<>();

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
  public Watch watch(Set<Path> directories, Runnable changed) {
    var keys = new ArrayList<WatchKey>();
    for (Path directory : directories) {
      try {
        keys.add(register(directory, changed));
      } catch (IOException | ClosedWatchServiceException e) {
        LOG.debug("{}: no events, looked at every second instead: {}", directory, e.toString());
      }
    }
    return () -> keys.forEach(key -> remove(key, changed));
  }

  private WatchKey register(Path directory, Runnable changed) throws IOException {
    synchronized (this) {
      WatchKey key =
          directory.register(
              service,
              StandardWatchEventKinds.ENTRY_CREATE,
              StandardWatchEventKinds.ENTRY_DELETE,
              StandardWatchEventKinds.ENTRY_MODIFY);
      listeners.computeIfAbsent(key, _ -> new ArrayList<>()).add(changed);
      return key;
    }
  }

  private synchronized void remove(WatchKey key, Runnable changed) {
    List<Runnable> left = listeners.get(key);
    if (left != null && left.remove(changed) && left.isEmpty()) {
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
        WatchKey key = service.take();
        key.pollEvents();
        key.reset();
        told(key).forEach(Runnable::run);
      }
    } catch (InterruptedException | ClosedWatchServiceException e) {
      LOG.debug("directory events end: {}", e.toString());
    }
  }

  private synchronized List<Runnable> told(WatchKey key) {
    return List.copyOf(listeners.getOrDefault(key, List.of()));
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
