package fairlead.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A sum to which every event loop adds in a cell of its own, without an atomic instruction; all
 * other threads share the rest. Any thread; {@link #sum} may miss what is being added.
 */
public final class LoopAdder {
  private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(Cell[].class);

  /** Made when a loop adds for the first time: most sums of most services never change. */
  private volatile @Nullable Cell @Nullable [] cells;

  private volatile @Nullable LongAdder others;

  public void increment() {
    add(1);
  }

  public void decrement() {
    add(-1);
  }

  public void add(long n) {
    int loop = LoopThread.current();
    if (loop >= 0) {
      cell(loop).add(n);
    } else {
      others().add(n);
    }
  }

  public long sum() {
    var rest = others;
    long sum = rest == null ? 0 : rest.sum();
    var all = cells;
    for (int i = 0; all != null && i < all.length; i++) {
      var cell = (Cell) CELL.getAcquire(all, i);
      if (cell != null) {
        sum += (long) Cell.VALUE.getOpaque(cell);
      }
    }
    return sum;
  }

  private Cell cell(int number) {
    var all = cells;
    if (all == null) {
      all = makeCells();
    }
    var known = all[number];
    if (known == null) {
      known = new Cell();
      CELL.setRelease(all, number, known);
    }
    return known;
  }

  private synchronized @Nullable Cell[] makeCells() {
    var made = cells;
    if (made == null) {
      made = new Cell[LoopThread.MOST];
      cells = made;
    }
    return made;
  }

  private LongAdder others() {
    var made = others;
    return made == null ? makeOthers() : made;
  }

  private synchronized LongAdder makeOthers() {
    var made = others;
    if (made == null) {
      made = new LongAdder();
      others = made;
    }
    return made;
  }

  /** Written by one thread alone. */
  private static final class Cell {
    private static final VarHandle VALUE;

    static {
      try {
        VALUE = MethodHandles.lookup().findVarHandle(Cell.class, "value", long.class);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }

    private long value;

    void add(long n) {
      VALUE.setOpaque(this, value + n);
    }
  }
}
