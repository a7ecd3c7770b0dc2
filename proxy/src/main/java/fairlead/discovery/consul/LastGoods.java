package fairlead.discovery.consul;

import fairlead.activity.Watch;
import fairlead.client.control.ControlRuntime;
import fairlead.naming.Addr;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The last good set of every name, longer than anybody observes it, and on disk longer than the
 * process lives. Bounded: the name used longest ago goes first. Control executor only.
 */
final class LastGoods {
  private static final int MAX_NAMES = 5000;
  private static final Duration WRITE_DELAY = Duration.ofSeconds(1);

  /** A set and when Consul last said that it is so. */
  record Good(Addr.Live addr, Instant at) {}

  private final ControlRuntime runtime;
  private final @Nullable SnapshotFile file;
  private final List<Runnable> whenLoaded = new ArrayList<>();
  private final Map<ServiceKey, Good> goods =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ServiceKey, Good> eldest) {
          return size() > MAX_NAMES;
        }
      };
  private @Nullable AgentSelf self;
  private boolean loaded;
  private boolean dirty;
  private boolean writing;
  private Watch timer = Watch.NONE;

  /** Starts to read {@code file}, if there is one. */
  LastGoods(ControlRuntime runtime, @Nullable SnapshotFile file) {
    this.runtime = runtime;
    this.file = file;
    this.loaded = file == null;
    if (file != null) {
      runtime
          .blocking()
          .execute(
              () -> {
                var read = SnapshotFile.Snapshot.EMPTY;
                try {
                  read = file.read();
                } finally { // those who wait for it must not wait for ever
                  var whatThereIs = read;
                  runtime.control().execute(() -> take(whatThereIs));
                }
              });
    }
  }

  private void take(SnapshotFile.Snapshot read) {
    read.goods().forEach(goods::putIfAbsent);
    if (self == null) {
      self = read.self();
    }
    loaded = true;
    if (dirty) {
      timer = runtime.control().after(WRITE_DELAY, this::write);
    }
    whenLoaded.forEach(Runnable::run);
    whenLoaded.clear();
  }

  boolean loaded() {
    return loaded;
  }

  /** Runs {@code task} at once, or when the disk has been read. */
  void whenLoaded(Runnable task) {
    if (loaded) {
      task.run();
    } else {
      whenLoaded.add(task);
    }
  }

  @Nullable Good get(ServiceKey key) {
    return goods.get(key);
  }

  void put(ServiceKey key, Addr.Live addr) {
    var old = goods.put(key, new Good(addr, runtime.clock().instant()));
    if (old == null || !old.addr().equals(addr)) {
      changed();
    }
  }

  void forget(ServiceKey key) {
    if (goods.remove(key) != null) {
      changed();
    }
  }

  @Nullable AgentSelf self() {
    return self;
  }

  void put(AgentSelf known) {
    if (!known.equals(self)) {
      self = known;
      changed();
    }
  }

  /** Writes what has not been written yet, now. */
  void flush() {
    timer.close();
    write();
  }

  private void changed() {
    if (file != null && !dirty) {
      dirty = true;
      timer = runtime.control().after(WRITE_DELAY, this::write);
    }
  }

  private void write() {
    // What the disk knows and we have not read yet must not be overwritten.
    if (file == null || !dirty || writing || !loaded) {
      return;
    }
    dirty = false;
    writing = true;
    var snapshot = new SnapshotFile.Snapshot(self, new LinkedHashMap<>(goods));
    runtime
        .blocking()
        .execute(
            () -> {
              try {
                file.write(snapshot);
              } finally {
                runtime.control().execute(this::written);
              }
            });
  }

  private void written() {
    writing = false;
    if (dirty) {
      timer = runtime.control().after(WRITE_DELAY, this::write);
    }
  }
}
