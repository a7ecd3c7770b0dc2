package fairlead.balance;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How many sessions of one endpoint are checked out. Every event loop writes a cell of its own,
 * which no other writes, without an atomic instruction; all of them read the sum. The cells lie
 * side by side: reading is of one or two cache lines, and waiting for a line is left to the
 * processor's store buffer. Any thread.
 */
public final class Sessions {
  /** Before and after the cells, so that no other endpoint's are on their cache line. */
  private static final int PADDING = 16;

  private final int loops;
  private final AtomicIntegerArray cells;

  public Sessions(int loops) {
    this.loops = loops;
    this.cells = new AtomicIntegerArray(PADDING + loops + PADDING);
  }

  /** The loop of this number has so many now. That loop only. */
  public void set(int loop, int count) {
    cells.setOpaque(PADDING + loop, count);
  }

  public int sum() {
    int sum = 0;
    for (int i = 0; i < loops; i++) {
      sum += cells.getOpaque(PADDING + i);
    }
    return sum;
  }
}
