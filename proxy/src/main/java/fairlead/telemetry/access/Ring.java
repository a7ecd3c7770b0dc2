package fairlead.telemetry.access;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whole lines on their way from one thread to another, in a fixed memory. One thread adds, one
 * other takes; neither ever waits for the other.
 */
final class Ring {
  private final byte[] bytes;
  private final int mask;

  /** Written by who adds: bytes added ever. */
  private final AtomicLong added = new AtomicLong();

  /** Written by who takes: bytes taken ever. */
  private final AtomicLong taken = new AtomicLong();

  /**
   * An empty one.
   *
   * @param size a power of two, in bytes
   */
  Ring(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("size: " + size + " (expected: a power of two)");
    }
    bytes = new byte[size];
    mask = size - 1;
  }

  /** Adds a line; false when there is no room for all of it. */
  boolean add(byte[] line, int length) {
    long end = added.getPlain();
    if (length > bytes.length - (end - taken.getAcquire())) {
      return false;
    }
    int at = (int) end & mask;
    int first = Math.min(length, bytes.length - at);
    System.arraycopy(line, 0, bytes, at, first);
    System.arraycopy(line, first, bytes, 0, length - first);
    added.setRelease(end + length);
    return true;
  }

  boolean isEmpty() {
    return added.get() == taken.get();
  }

  /** Takes all lines into the front of {@code to}, which is as large; their length in bytes. */
  int take(byte[] to) {
    long begin = taken.getPlain();
    int length = (int) (added.getAcquire() - begin);
    int at = (int) begin & mask;
    int first = Math.min(length, bytes.length - at);
    System.arraycopy(bytes, at, to, 0, first);
    System.arraycopy(bytes, 0, to, first, length - first);
    taken.setRelease(begin + length);
    return length;
  }
}
