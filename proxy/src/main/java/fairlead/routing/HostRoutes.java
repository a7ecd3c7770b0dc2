package fairlead.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Routes by the bytes that identify a request, so that a known one costs no string. Bounded; a
 * guess at what comes again, emptied when full. Event loop only.
 */
final class HostRoutes {
  private static final int SLOTS = 4096;
  private static final int MOST = SLOTS / 2;

  private byte[][] keys = new byte[SLOTS][];
  private @Nullable LoopRoute[] values = new LoopRoute[SLOTS];
  private int size;

  @Nullable LoopRoute get(byte[] bytes, int offset, int length) {
    int slot = slot(bytes, offset, length);
    while (values[slot] != null) {
      if (Arrays.equals(keys[slot], 0, keys[slot].length, bytes, offset, offset + length)) {
        return values[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return null;
  }

  void put(byte[] bytes, int offset, int length, LoopRoute route) {
    if (size == MOST) {
      clear();
    }
    int slot = slot(bytes, offset, length);
    while (values[slot] != null) {
      slot = (slot + 1) & (SLOTS - 1);
    }
    keys[slot] = Arrays.copyOfRange(bytes, offset, offset + length);
    values[slot] = route;
    size++;
  }

  void clear() {
    if (size > 0) {
      keys = new byte[SLOTS][];
      values = new LoopRoute[SLOTS];
      size = 0;
    }
  }

  private static int slot(byte[] bytes, int offset, int length) {
    int hash = length;
    for (int i = offset; i < offset + length; i++) {
      hash = hash * 31 + bytes[i];
    }
    hash *= 0x9E3779B1;
    return (hash >>> 16) & (SLOTS - 1);
  }
}
