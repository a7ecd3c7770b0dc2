package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One layer of the bindings: bounded, evicting what was idle longest ({@code spec/routing.md} §6).
 * Control plane only.
 */
final class LayerCache<K, V extends LayerCache.Entry> {
  private final int capacity;
  private final Counter misses;
  private final Counter evicts;
  private final Counter expires;
  private final Counter oneshots;
  private final Map<K, V> entries = new HashMap<>();

  /** How many are kept at present: {@link #capacity}, or fewer. */
  private int most;

  /** What is kept. Closed once it is out of the cache. */
  interface Entry extends Watch {
    /** Whether nobody uses it right now. */
    boolean isIdle();

    /** Since when, by the control plane's clock. */
    long idleSince();

    /** It did not fit: to be closed by who uses it. */
    void makeOneShot();
  }

  /**
   * An empty cache.
   *
   * @param metrics {@code rt/<label>/bindcache/<layer>}
   */
  LayerCache(int capacity, Metrics metrics) {
    this.capacity = capacity;
    this.most = capacity;
    this.misses = metrics.counter("misses");
    this.evicts = metrics.counter("evicts");
    this.expires = metrics.counter("expires");
    this.oneshots = metrics.counter("oneshots");
  }

  V get(K key, Supplier<V> make) {
    var known = entries.get(key);
    if (known != null) {
      return known;
    }
    misses.increment();
    boolean room = entries.size() < most || evict(); // first: frees what it held below too
    var made = make.get();
    if (room) {
      entries.put(key, made);
    } else {
      oneshots.increment();
      made.makeOneShot();
    }
    return made;
  }

  /** Of what is kept right now. */
  List<K> keys() {
    return List.copyOf(entries.keySet());
  }

  /** Closes all that nobody uses. */
  void closeIdle() {
    var idle =
        entries.entrySet().stream().filter(e -> e.getValue().isIdle()).map(Map.Entry::getKey);
    idle.toList().forEach(this::remove);
  }

  /** What is kept right now. */
  List<V> values() {
    return List.copyOf(entries.values());
  }

  /**
   * Closes that quarter of all which was idle longest; until the next {@link #sweep} no more are
   * kept than are left then.
   *
   * @return how many were closed: fewer where not so many are idle
   */
  int shed(long now) {
    var gone = idle(now).stream().limit((entries.size() + 3) / 4).toList();
    for (var one : gone) {
      evicts.increment();
      remove(one.key);
    }
    most = Math.max(1, entries.size());
    return gone.size();
  }

  /**
   * Closes all that nobody uses; until the next {@link #sweep} no more are kept than are left then,
   * or than {@code names}: as many names may each need one.
   */
  void shrink(int names) {
    closeIdle();
    most = Math.min(capacity, Math.max(names, entries.size()));
  }

  int size() {
    return entries.size();
  }

  /** Those that nobody uses, longest first. */
  private List<Idle<K>> idle(long now) {
    return entries.entrySet().stream()
        .filter(e -> e.getValue().isIdle())
        .map(e -> new Idle<>(e.getKey(), now - e.getValue().idleSince()))
        .sorted(Comparator.comparingLong((Idle<K> one) -> one.nanos).reversed())
        .toList();
  }

  /** Read once: event loops may use it meanwhile, and a sort must not see it move. */
  private record Idle<K>(K key, long nanos) {}

  /** Closes what was idle for longer than {@code ttl} nanoseconds, but never the last entry. */
  void sweep(long now, long ttl) {
    most = capacity;
    for (var one : idle(now)) {
      if (one.nanos > ttl && entries.size() > 1) {
        expires.increment();
        remove(one.key);
      }
    }
  }

  void close() {
    entries.values().forEach(Entry::close);
    entries.clear();
  }

  private boolean evict() {
    Optional<Map.Entry<K, V>> longest =
        entries.entrySet().stream()
            .filter(e -> e.getValue().isIdle())
            .min((a, b) -> Long.signum(a.getValue().idleSince() - b.getValue().idleSince()));
    if (longest.isEmpty()) {
      return false;
    }
    evicts.increment();
    remove(longest.get().getKey());
    return true;
  }

  private void remove(K key) {
    var entry = entries.remove(key);
    if (entry != null) {
      entry.close();
    }
  }
}
