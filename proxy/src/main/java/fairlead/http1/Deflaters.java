package fairlead.http1;

import java.util.ArrayDeque;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * The compressors of one loop: each holds a quarter of a megabyte outside the heap, so there are at
 * most so many, and some are kept for the next answers. That loop only.
 */
final class Deflaters {
  static final int MOST = 64;

  private static final int KEPT = 8;

  private final int level;
  private final ArrayDeque<Deflater> free = new ArrayDeque<>(KEPT);
  private int taken;

  /**
   * @param level 1 to 9
   */
  Deflaters(int level) {
    this.level = level;
  }

  /** One of raw deflate, without wrapping; null when all are at work. */
  @Nullable Deflater take() {
    if (taken == MOST) {
      return null;
    }
    taken++;
    var kept = free.poll();
    return kept == null ? new Deflater(level, true) : kept;
  }

  /** Takes back what {@link #take} gave. */
  void giveBack(Deflater deflater) {
    taken--;
    if (free.size() < KEPT) {
      deflater.reset();
      free.push(deflater);
    } else {
      deflater.end();
    }
  }

  /** How many are at work. */
  int taken() {
    return taken;
  }
}
