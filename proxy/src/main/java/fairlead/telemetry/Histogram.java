package fairlead.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts of values in buckets 1/128 wide, so that the middle of a bucket is at most 0.4 % off
 * ({@code spec/telemetry.md} §1). Every event loop records in a stripe of its own, without a lock
 * and without an atomic instruction; all other threads share one. Buckets are made in pages as
 * values fall into them, so that a quiet histogram stays small. What was recorded is never cleared:
 * a window is the difference to the one before. Any thread records; one at a time summarises.
 */
final class Histogram {
  private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(Stripe[].class);

  private final @Nullable Stripe[] stripes = new Stripe[LoopThread.MOST];

  /** Of the threads that are no loops, under this object's lock. */
  private @Nullable Stripe others;

  /** Number of the running window; written by whoever summarises. */
  private volatile int window;

  /** Held by who moves on to the next window or counts what came since; recording is no part. */
  private final Object windows = new Object();

  /** How many values all windows had that have ended; guarded by {@link #windows}. */
  private long countOfWindows;

  void record(long value) {
    int clamped = (int) Math.clamp(value, 0L, (long) Integer.MAX_VALUE);
    int loop = LoopThread.current();
    if (loop < 0) {
      recordWithOthers(clamped);
      return;
    }
    var stripe = stripes[loop];
    if (stripe == null) {
      stripe = new Stripe();
      STRIPE.setRelease(stripes, loop, stripe);
    }
    stripe.record(clamped, window);
  }

  private synchronized void recordWithOthers(int value) {
    if (others == null) {
      others = new Stripe();
    }
    others.record(value, window);
  }

  private synchronized void drainOthersTo(Window merged) {
    if (others != null) {
      others.drainTo(merged);
    }
  }

  /**
   * What was recorded since {@code position} was here last, beside the windows, which it does not
   * touch.
   */
  Batch since(Position position) {
    var counts = position.counts;
    counts.clear();
    long sum = othersSince(position, counts);
    for (int i = 0; i < stripes.length; i++) {
      var stripe = (Stripe) STRIPE.getAcquire(stripes, i);
      if (stripe != null) {
        sum += stripe.moveOn(position.of(i + 1), counts);
      }
    }
    return counts.batch(sum);
  }

  private synchronized long othersSince(Position position, BucketCounts counts) {
    return others == null ? 0 : others.moveOn(position.of(0), counts);
  }

  /** How far one reader has got. One thread at a time. */
  static final class Position {
    private final @Nullable Seen[] stripes = new Seen[LoopThread.MOST + 1];
    private final BucketCounts counts;

    /** At the beginning; {@code counts} may be shared by all positions of one thread. */
    Position(BucketCounts counts) {
      this.counts = counts;
    }

    private Seen of(int stripe) {
      var found = stripes[stripe];
      if (found == null) {
        found = new Seen();
        stripes[stripe] = found;
      }
      return found;
    }
  }

  /** What a reader saw of a stripe last. */
  private static final class Seen {
    private int[] @Nullable [] pages = {};
    private long sum;

    int[] page(int index) {
      if (pages.length <= index) {
        pages = Arrays.copyOf(pages, index + 1);
      }
      int[] page = pages[index];
      if (page == null) {
        page = new int[Stripe.PAGE];
        pages[index] = page;
      }
      return page;
    }
  }

  /** What was recorded since the last call; {@code merged} is memory for it. */
  Summary summarise(Window merged) {
    synchronized (windows) {
      int closed = window;
      window = closed + 1;
      merged.begin(closed);
      drainOthersTo(merged);
      for (int i = 0; i < stripes.length; i++) {
        var stripe = (Stripe) STRIPE.getAcquire(stripes, i);
        if (stripe != null) {
          stripe.drainTo(merged);
        }
      }
      var summary = merged.summary();
      countOfWindows += summary.count();
      return summary;
    }
  }

  /** Everything that was ever recorded. Any thread. */
  Total total() {
    synchronized (windows) {
      long count = countOfWindows;
      long sum = 0;
      for (var stripe : known()) {
        count += stripe.countSinceWindow();
        sum += stripe.sum();
      }
      return new Total(count, sum);
    }
  }

  private List<Stripe> known() {
    var all = new ArrayList<Stripe>();
    for (int i = 0; i < stripes.length; i++) {
      var stripe = (Stripe) STRIPE.getAcquire(stripes, i);
      if (stripe != null) {
        all.add(stripe);
      }
    }
    synchronized (this) {
      if (others != null) {
        all.add(others);
      }
    }
    return all;
  }

  /** One window of all stripes together, of one histogram after the other. One thread at a time. */
  static final class Window {
    private final BucketCounts counts = new BucketCounts();
    private int number;
    private long sum;
    private int min;
    private int max;

    private void begin(int number) {
      this.number = number;
      counts.clear();
      sum = 0;
      min = Integer.MAX_VALUE;
      max = 0;
    }

    private Summary summary() {
      if (counts.total() == 0) {
        return Summary.EMPTY;
      }
      return new Summary(
          counts.total(),
          max,
          Math.min(min, max), // a value recorded during the draining may be in the buckets only
          counts.quantile(0.5),
          counts.quantile(0.9),
          counts.quantile(0.95),
          counts.quantile(0.99),
          counts.quantile(0.999),
          counts.quantile(0.9999),
          sum);
    }
  }

  /** What one thread recorded: it alone writes, one other reads. */
  private static final class Stripe {
    private static final int PAGE = 64;
    private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(int[][].class);
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);

    private final int[] @Nullable [] pages = new int[Buckets.COUNT / PAGE][];
    private volatile Extent extent = new Extent(-1);

    /** The window before that of {@link #extent} in which something was recorded. */
    private volatile Extent before = extent;

    private long sum;

    /** What the last window ended with; whoever summarises reads and writes it. */
    private final Seen seen = new Seen();

    void record(int value, int window) {
      var running = extent;
      if (running.window != window) {
        running = new Extent(window);
        before = extent;
        extent = running;
      }
      running.include(value);
      SUM.setOpaque(this, sum + value);
      int bucket = Buckets.of(value);
      int[] page = page(bucket / PAGE);
      CELL.setOpaque(page, bucket % PAGE, page[bucket % PAGE] + 1);
    }

    private int[] page(int index) {
      int[] page = pages[index];
      if (page == null) {
        page = new int[PAGE];
        PAGES.setRelease(pages, index, page);
      }
      return page;
    }

    void drainTo(Window merged) {
      merged.sum += moveOn(seen, merged.counts);
      var last = extent;
      var closed = last.window == merged.number ? last : before;
      if (closed.window == merged.number) {
        merged.min = Math.min(merged.min, closed.min);
        merged.max = Math.max(merged.max, closed.max);
      }
    }

    /** Adds to {@code counts} what is new since {@code from}; the sum of it. */
    long moveOn(Seen from, BucketCounts counts) {
      long before = counts.total();
      for (int p = 0; p < pages.length; p++) {
        var page = (int[]) PAGES.getAcquire(pages, p);
        if (page != null) {
          moveOn(page, p, from.page(p), counts);
        }
      }
      if (counts.total() == before) {
        return 0; // what is in the sum already, and in no bucket, comes next time
      }
      long total = sum();
      long sum = total - from.sum;
      from.sum = total;
      return sum;
    }

    long sum() {
      return (long) SUM.getOpaque(this);
    }

    /** How many values came since the last window ended, which must not end meanwhile. */
    long countSinceWindow() {
      long count = 0;
      for (int p = 0; p < pages.length; p++) {
        var page = (int[]) PAGES.getAcquire(pages, p);
        if (page != null) {
          count += countSince(page, seen.page(p));
        }
      }
      return count;
    }

    private static long countSince(int[] page, int[] old) {
      long count = 0;
      for (int i = 0; i < PAGE; i++) {
        count += (int) CELL.getOpaque(page, i) - old[i]; // right also when the count wrapped
      }
      return count;
    }

    private static void moveOn(int[] page, int p, int[] old, BucketCounts counts) {
      for (int i = 0; i < PAGE; i++) {
        int total = (int) CELL.getOpaque(page, i);
        counts.add(p * PAGE + i, total - old[i]); // right also when the count wrapped
        old[i] = total;
      }
    }

    private static final VarHandle SUM;

    static {
      try {
        SUM = MethodHandles.lookup().findVarHandle(Stripe.class, "sum", long.class);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }
  }

  /** The least and the greatest value of one window of one stripe. */
  private static final class Extent {
    private final int window;
    private int min = Integer.MAX_VALUE;
    private int max;

    Extent(int window) {
      this.window = window;
    }

    void include(int value) {
      if (value < min) {
        min = value;
      }
      if (value > max) {
        max = value;
      }
    }
  }

  /** Values below 256 have a bucket each; above, every doubling has 128. */
  static final class Buckets {
    private static final int BITS = 7;
    private static final int SUB = 1 << BITS;
    static final int COUNT = (Integer.SIZE - BITS) * SUB;

    private Buckets() {}

    static int of(int value) {
      int shift = Math.max(0, Integer.SIZE - 1 - Integer.numberOfLeadingZeros(value) - BITS);
      return shift * SUB + (value >> shift);
    }

    static long middle(int bucket) {
      int shift = Math.max(0, bucket / SUB - 1);
      long low = (long) (bucket - shift * SUB) << shift;
      return low + ((1L << shift) - 1) / 2;
    }
  }
}
