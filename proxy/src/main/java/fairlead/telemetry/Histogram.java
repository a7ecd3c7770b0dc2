package fairlead.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts of values in buckets 1/128 wide, so that the middle of a bucket is at most 0.4 % off
 * ({@code spec/telemetry.md} §1). Every event loop records in a stripe of its own, without a lock
 * and without an atomic instruction; all other threads share one. Stripes are made when a loop
 * records, and buckets in pages as values fall into them, so that a quiet histogram stays small.
 * What was recorded is never cleared: a window is the difference to the one before. Any thread
 * records; one at a time summarises.
 */
class Histogram {
  private static final Stripe[] NONE = {};

  /**
   * By the number of the loop. Replaced under this object's lock; a loop finds its own stripe
   * without it, for it put it there itself.
   */
  private @Nullable Stripe[] stripes = NONE;

  /** Of the threads that are no loops, under this object's lock. */
  private @Nullable Stripe others;

  /** Number of the running window; written under this object's lock. */
  private volatile int window;

  /** How many values all windows had that have ended; guarded by this object. */
  private long countOfWindows;

  final void record(long value) {
    int clamped = (int) Math.clamp(value, 0L, (long) Integer.MAX_VALUE);
    int loop = LoopThread.current();
    if (loop < 0) {
      recordWithOthers(clamped);
      return;
    }
    var all = stripes;
    var known = loop < all.length ? all[loop] : null;
    var stripe = known == null ? makeStripe(loop) : known;
    stripe.record(clamped, window);
  }

  private synchronized Stripe makeStripe(int loop) {
    var known = loop < stripes.length ? stripes[loop] : null;
    if (known != null) {
      return known; // an array that another loop has just made was seen before what is in it
    }
    var more = Arrays.copyOf(stripes, Math.max(stripes.length, loop + 1));
    var made = new Stripe();
    more[loop] = made;
    stripes = more;
    return made;
  }

  private synchronized void recordWithOthers(int value) {
    if (others == null) {
      others = new Stripe();
    }
    others.record(value, window);
  }

  /**
   * What was recorded since {@code position} was here last, beside the windows, which it does not
   * touch.
   */
  final synchronized Batch since(Position position) {
    var counts = position.counts;
    counts.clear();
    long sum = others == null ? 0 : others.moveOn(position.of(0), counts);
    for (int i = 0; i < stripes.length; i++) {
      var stripe = stripes[i];
      if (stripe != null) {
        sum += stripe.moveOn(position.of(i + 1), counts);
      }
    }
    return counts.batch(sum);
  }

  /** How far one reader has got. One thread at a time. */
  static final class Position {
    private @Nullable Seen[] stripes = {};
    private final BucketCounts counts;

    /** At the beginning; {@code counts} may be shared by all positions of one thread. */
    Position(BucketCounts counts) {
      this.counts = counts;
    }

    private Seen of(int stripe) {
      if (stripes.length <= stripe) {
        stripes = Arrays.copyOf(stripes, stripe + 1);
      }
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
  final synchronized Summary summarise(Window merged) {
    int closed = window;
    window = closed + 1;
    merged.begin(closed);
    if (others != null) {
      others.drainTo(merged);
    }
    for (var stripe : stripes) {
      if (stripe != null) {
        stripe.drainTo(merged);
      }
    }
    var summary = merged.summary();
    countOfWindows += summary.count();
    return summary;
  }

  /** Everything that was ever recorded. Any thread. */
  public final synchronized Total total() {
    long count = countOfWindows;
    long sum = 0;
    if (others != null) {
      count += others.countSinceWindow();
      sum += others.sum();
    }
    for (var stripe : stripes) {
      if (stripe != null) {
        count += stripe.countSinceWindow();
        sum += stripe.sum();
      }
    }
    return new Total(count, sum);
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
    /** Latencies of a quick service fall into the first one, or two. */
    private static final int PAGE = 16;

    private static final int[][] NO_PAGES = {};
    private static final VarHandle PAGES;
    private static final VarHandle SUM;
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);

    static {
      try {
        var lookup = MethodHandles.lookup();
        PAGES = lookup.findVarHandle(Stripe.class, "pages", int[][].class);
        SUM = lookup.findVarHandle(Stripe.class, "sum", long.class);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
      }
    }

    /**
     * As far as there are values, and replaced when one is added. The first half of a page is what
     * was counted; the second, which whoever summarises reads and writes, what of it the windows
     * had that have ended.
     */
    private int[] @Nullable [] pages = NO_PAGES;

    private volatile Extent extent = Extent.NONE;

    /** The window before that of {@link #extent} in which something was recorded. */
    private volatile Extent before = Extent.NONE;

    private long sum;

    /** What of {@link #sum} the windows had that have ended; whoever summarises has it. */
    private long sumOfWindows;

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
      var all = pages;
      int[] known = index < all.length ? all[index] : null;
      return known == null ? makePage(index) : known;
    }

    private int[] makePage(int index) {
      var more = Arrays.copyOf(pages, Math.max(pages.length, index + 1));
      int[] made = new int[2 * PAGE];
      more[index] = made;
      PAGES.setRelease(this, more);
      return made;
    }

    private int[] @Nullable [] pagesToRead() {
      return (int[] @Nullable []) PAGES.getAcquire(this);
    }

    void drainTo(Window merged) {
      long counted = merged.counts.total();
      var all = pagesToRead();
      for (int p = 0; p < all.length; p++) {
        int[] page = all[p];
        if (page != null) {
          moveOn(page, p * PAGE, page, PAGE, merged.counts);
        }
      }
      // What is in the sum already, and in no bucket, comes next time.
      if (merged.counts.total() > counted) {
        long total = sum();
        merged.sum += total - sumOfWindows;
        sumOfWindows = total;
      }
      var last = extent;
      var closed = last.window == merged.number ? last : before;
      if (closed.window == merged.number) {
        merged.min = Math.min(merged.min, closed.min);
        merged.max = Math.max(merged.max, closed.max);
      }
    }

    /** Adds to {@code counts} what is new since {@code from}; the sum of it. */
    long moveOn(Seen from, BucketCounts counts) {
      long counted = counts.total();
      var all = pagesToRead();
      for (int p = 0; p < all.length; p++) {
        int[] page = all[p];
        if (page != null) {
          moveOn(page, p * PAGE, from.page(p), 0, counts);
        }
      }
      if (counts.total() == counted) {
        return 0;
      }
      long total = sum();
      long sum = total - from.sum;
      from.sum = total;
      return sum;
    }

    /** What is new in a page since {@code old}, where its counts stand from {@code at} on. */
    private static void moveOn(int[] page, int bucket, int[] old, int at, BucketCounts counts) {
      for (int i = 0; i < PAGE; i++) {
        int total = (int) CELL.getOpaque(page, i);
        counts.add(bucket + i, total - old[at + i]); // right also when the count wrapped
        old[at + i] = total;
      }
    }

    long sum() {
      return (long) SUM.getOpaque(this);
    }

    /** How many values came since the last window ended, which must not end meanwhile. */
    long countSinceWindow() {
      long count = 0;
      for (int[] page : pagesToRead()) {
        for (int i = 0; page != null && i < PAGE; i++) {
          count += (int) CELL.getOpaque(page, i) - page[PAGE + i]; // also when the count wrapped
        }
      }
      return count;
    }
  }

  /** The least and the greatest value of one window of one stripe. */
  private static final class Extent {
    /** Of no window. */
    private static final Extent NONE = new Extent(-1);

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
