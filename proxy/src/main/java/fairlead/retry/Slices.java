package fairlead.retry;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often something happened in each of the last slices of time. Written by one thread; any
 * thread reads, and never sees the count of one slice as that of another: number and count are one
 * word.
 */
final class Slices {
  /** At slices of 100 ms the number lasts for 13 years. */
  private static final int COUNT_BITS = 32;

  private static final long COUNT = (1L << COUNT_BITS) - 1;

  private final AtomicLongArray words;

  Slices(int many) {
    this(new AtomicLongArray(many));
  }

  private Slices(AtomicLongArray words) {
    this.words = words;
  }

  /** Counts one in {@code slice}, which never goes back. */
  void increment(long slice) {
    int at = (int) (slice % words.length());
    words.setOpaque(at, incremented(words.getPlain(at), slice));
  }

  /** The same, as another object: this one may be read meanwhile, and replaced. */
  Slices incremented(long slice) {
    var copy = new AtomicLongArray(words.length());
    for (int i = 0; i < words.length(); i++) {
      copy.setPlain(i, words.getOpaque(i));
    }
    var next = new Slices(copy);
    next.increment(slice);
    return next;
  }

  /** How often in {@code slice} and those before it that are not too old. */
  long sum(long slice) {
    long sum = 0;
    for (int i = 0; i < words.length(); i++) {
      long word = words.getOpaque(i);
      if (slice - (word >>> COUNT_BITS) < words.length()) {
        sum += word & COUNT;
      }
    }
    return sum;
  }

  private static long incremented(long word, long slice) {
    return word >>> COUNT_BITS == slice ? word + 1 : slice << COUNT_BITS | 1;
  }
}
