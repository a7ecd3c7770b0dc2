package fairlead.exchange;

import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One turn of an event loop after another: all that happens in one has one time, for which the
 * clock is read once, and what it wrote is flushed at its end. One a loop; used on that loop only.
 */
public final class Turn {
  private static final Logger LOG = LoggerFactory.getLogger(Turn.class);
  private static final FastThreadLocal<Turn> LATEST = new FastThreadLocal<>();

  private final EventExecutor loop;
  private final Runnable end = this::end;

  /** What the end of the turn runs; the two arrays take turns. */
  private @Nullable Runnable[] due = new Runnable[16];

  private @Nullable Runnable[] spare = new Runnable[16];
  private final List<Runnable> behindRead = new ArrayList<>();
  private int count;
  private long nanos;
  private boolean begun;
  private boolean ending;

  private Turn(EventExecutor loop) {
    this.loop = loop;
  }

  /** The turns of {@code loop}, which must be the one that is running. */
  @SuppressWarnings("ReferenceEquality") // a loop is itself alone
  public static Turn of(EventExecutor loop) {
    assert loop.inEventLoop();
    var latest = LATEST.get();
    if (latest == null || latest.loop != loop) {
      latest = new Turn(loop);
      LATEST.set(latest);
    }
    return latest;
  }

  /** When this turn began, by the loop's ticker: at most one turn ago. */
  public long nanoTime() {
    begin();
    return nanos;
  }

  /** Has {@code task} run at the end of this turn. */
  public void atEnd(Runnable task) {
    begin();
    if (count == due.length) {
      due = java.util.Arrays.copyOf(due, count * 2);
    }
    due[count++] = task;
  }

  /**
   * Has {@code task} run when the connection that reads now is done, or at the end of this turn.
   */
  public void behindRead(Runnable task) {
    behindRead.add(task);
    begin();
  }

  /** A connection has read what there was. */
  public void readDone() {
    for (int i = 0; i < behindRead.size(); i++) {
      run(behindRead.get(i));
    }
    behindRead.clear();
  }

  /** Whether what was to be done at the end of a turn is being done. */
  public boolean isEnding() {
    return ending;
  }

  private void begin() {
    if (!begun) {
      begun = true;
      nanos = loop.ticker().nanoTime();
      loop.execute(end);
    }
  }

  /** What a task asks for is done at the next end, so that I/O has its turn in between. */
  private void end() {
    begun = false;
    readDone();
    var tasks = due;
    int size = count;
    due = spare;
    count = 0;
    ending = true;
    for (int i = 0; i < size; i++) {
      run(tasks[i]);
      tasks[i] = null;
    }
    ending = false;
    spare = tasks;
  }

  private static void run(@Nullable Runnable task) {
    try {
      if (task != null) {
        task.run();
      }
    } catch (RuntimeException | AssertionError | OutOfMemoryError broken) { // of buffers (fault 26)
      LOG.error("the end of a turn failed for one connection; the others go on", broken);
    }
  }
}
