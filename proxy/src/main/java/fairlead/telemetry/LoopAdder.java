package fairlead.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * A sum to which every event loop adds in a cell of its own, without an atomic instruction; all
 * other threads share the rest. Any thread; {@link #sum} may miss what is being added.
 */
public class LoopAdder {
  private static final Cell[] NONE = {};
  private static final VarHandle CELLS;

  static {
    try {
      CELLS = MethodHandles.lookup().findVarHandle(LoopAdder.class, "cells", Cell[].class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  /**
   * By the number of the loop, as far as one has added: most sums of most services never change.
   * Replaced under this object's lock; a loop finds its own cell without it, for it put it there
   * itself.
   */
  private @Nullable Cell[] cells = NONE;

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
    for (var cell : (@Nullable Cell[]) CELLS.getAcquire(this)) {
      if (cell != null) {
        sum += (long) Cell.VALUE.getOpaque(cell);
      }
    }
    return sum;
  }

  private Cell cell(int number) {
    var all = cells;
    var known = number < all.length ? all[number] : null;
    return known == null ? makeCell(number) : known;
  }

  private synchronized Cell makeCell(int number) {
    var known = number < cells.length ? cells[number] : null;
    if (known != null) {
      return known; // an array that another loop has just made was seen before what is in it
    }
    var more = Arrays.copyOf(cells, Math.max(cells.length, number + 1));
    var made = new Cell();
    more[number] = made;
    CELLS.setRelease(this, more);
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
