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

  private final @Nullable Cell[] cells = new Cell[LoopThread.MOST];
  private final LongAdder others = new LongAdder();

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
      others.add(n);
    }
  }

  public long sum() {
    long sum = others.sum();
    for (int i = 0; i < cells.length; i++) {
      var cell = (Cell) CELL.getAcquire(cells, i);
      if (cell != null) {
        sum += (long) Cell.VALUE.getOpaque(cell);
      }
    }
    return sum;
  }

  private Cell cell(int number) {
    var known = cells[number];
    if (known == null) {
      known = new Cell();
      CELL.setRelease(cells, number, known);
    }
    return known;
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
