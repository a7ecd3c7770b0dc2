package fairlead.routing;

import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A hash table from bytes to routes that grows, half full at most, and that callers cannot slow
 * down: hashes differ from process to process, and an entry stands near its place or nowhere. So
 * one may be lost to another; it is a guess at what comes again. One thread.
 */
final class HostTable {
  private static final int FIRST_SLOTS = 16;

  /** How many slots from its own an entry may stand. */
  private static final int REACH = 16;

  /**
   * Chosen anew by each process: nobody can tell which names collide. 5 modulo 8, so that its
   * powers differ as long as they can; near 1 or -1 names that differ in digits would share their
   * hashes.
   */
  private static final int MULTIPLIER = (ThreadLocalRandom.current().nextInt() & ~7) | 5;

  private @Nullable Entry[] slots = new Entry[FIRST_SLOTS];
  private int size;

  private static final class Entry {
    final int hash;
    final byte[] key;
    final LoopRoute route;

    Entry(int hash, byte[] key, LoopRoute route) {
      this.hash = hash;
      this.key = key;
      this.route = route;
    }

    boolean is(int otherHash, byte[] bytes, int offset, int length) {
      return hash == otherHash && Arrays.equals(key, 0, key.length, bytes, offset, offset + length);
    }
  }

  static int hash(byte[] bytes, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * MULTIPLIER + bytes[i];
    }
    hash ^= hash >>> 15;
    return hash * 0x9E3779B1;
  }

  int size() {
    return size;
  }

  @Nullable LoopRoute get(int hash, byte[] bytes, int offset, int length) {
    int slot = first(hash);
    for (int i = 0; i < REACH; i++) {
      Entry entry = slots[slot];
      if (entry == null) {
        return null;
      }
      if (entry.is(hash, bytes, offset, length)) {
        return entry.route;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return null;
  }

  void put(int hash, byte[] bytes, int offset, int length, LoopRoute route) {
    if (size >= slots.length / 2) {
      resize(slots.length * 2);
    }
    place(new Entry(hash, Arrays.copyOfRange(bytes, offset, offset + length), route));
  }

  void removeAll(Set<LoopRoute> routes) {
    boolean found = false;
    for (int i = 0; i < slots.length; i++) {
      Entry entry = slots[i];
      if (entry != null && routes.contains(entry.route)) {
        slots[i] = null;
        found = true;
      }
    }
    if (found) {
      // A look-up ends at the first free slot: whoever stands behind a new one must move up.
      resize(slots.length);
    }
  }

  private void resize(int length) {
    @Nullable Entry[] before = slots;
    slots = new Entry[length];
    size = 0;
    for (Entry entry : before) {
      if (entry != null) {
        place(entry);
      }
    }
  }

  private void place(Entry entry) {
    int slot = first(entry.hash);
    for (int i = 0; i < REACH; i++) {
      if (slots[slot] == null) {
        slots[slot] = entry;
        size++;
        return;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[first(entry.hash)] = entry;
  }

  /** By the highest bits, which the multiplication mixed best. */
  private int first(int hash) {
    return hash >>> (Integer.numberOfLeadingZeros(slots.length) + 1);
  }
}
