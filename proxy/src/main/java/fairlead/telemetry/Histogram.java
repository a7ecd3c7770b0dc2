package fairlead.telemetry;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Counts of values in buckets 1/128 wide, so that the middle of a bucket is at most 0.4 % off
 * ({@code spec/telemetry.md} §1). Recording takes no lock: each thread has its own stripe, unless
 * there are more threads than stripes, and buckets are made in pages as values fall into them, so
 * that a quiet histogram stays small. Any thread records; one at a time summarises.
 */
final class Histogram {
  private static final int STRIPES =
      Math.clamp(Integer.highestOneBit(Runtime.getRuntime().availableProcessors() * 2 - 1), 1, 64);
  private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(Stripe[].class);

  private final @Nullable Stripe[] stripes = new Stripe[STRIPES];

  void record(long value) {
    int index = (int) Thread.currentThread().threadId() & (STRIPES - 1);
    var stripe = (Stripe) STRIPE.getAcquire(stripes, index);
    if (stripe == null) {
      STRIPE.compareAndSet(stripes, index, null, new Stripe());
      stripe = (Stripe) STRIPE.getAcquire(stripes, index);
    }
    stripe.record((int) Math.clamp(value, 0L, (long) Integer.MAX_VALUE));
  }

  /** What was recorded since the last call. */
  Summary summariseAndClear() {
    var merged = new long[Buckets.COUNT];
    long sum = 0;
    int min = Integer.MAX_VALUE;
    int max = 0;
    for (int i = 0; i < STRIPES; i++) {
      var stripe = (Stripe) STRIPE.getAcquire(stripes, i);
      if (stripe != null) {
        stripe.drainTo(merged);
        sum += (long) Stripe.SUM.getAndSet(stripe, 0L);
        min = Math.min(min, (int) Stripe.MIN.getAndSet(stripe, Integer.MAX_VALUE));
        max = Math.max(max, (int) Stripe.MAX.getAndSet(stripe, 0));
      }
    }
    return summary(merged, sum, min, max);
  }

  private static Summary summary(long[] merged, long sum, int min, int max) {
    long count = 0;
    for (long n : merged) {
      count += n;
    }
    if (count == 0) {
      return Summary.EMPTY;
    }
    return new Summary(
        count,
        max,
        Math.min(min, max), // a value recorded during the draining may be in the buckets only
        quantile(merged, count, 0.5),
        quantile(merged, count, 0.9),
        quantile(merged, count, 0.95),
        quantile(merged, count, 0.99),
        quantile(merged, count, 0.999),
        quantile(merged, count, 0.9999),
        sum);
  }

  private static long quantile(long[] merged, long count, double quantile) {
    long rank = Math.max(1, Math.round(quantile * count));
    long seen = 0;
    for (int bucket = 0; bucket < merged.length; bucket++) {
      seen += merged[bucket];
      if (seen >= rank) {
        return Buckets.middle(bucket);
      }
    }
    throw new AssertionError("rank " + rank + " of " + count);
  }

  /** The share of one thread, or of the few that fall on it. */
  private static final class Stripe {
    private static final int PAGE = 64;
    private static final VarHandle PAGES = MethodHandles.arrayElementVarHandle(int[][].class);
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(int[].class);
    private static final VarHandle SUM = field("sum", long.class);
    private static final VarHandle MIN = field("min", int.class);
    private static final VarHandle MAX = field("max", int.class);

    private final int[] @Nullable [] pages = new int[Buckets.COUNT / PAGE][];

    @SuppressWarnings("UnusedVariable") // written through SUM
    private volatile long sum;

    private volatile int min = Integer.MAX_VALUE;
    private volatile int max;

    void record(int value) {
      int bucket = Buckets.of(value);
      CELL.getAndAdd(page(bucket / PAGE), bucket % PAGE, 1);
      SUM.getAndAdd(this, (long) value);
      while (value < min) {
        MIN.compareAndSet(this, min, value);
      }
      while (value > max) {
        MAX.compareAndSet(this, max, value);
      }
    }

    private int[] page(int index) {
      var page = (int[]) PAGES.getAcquire(pages, index);
      if (page != null) {
        return page;
      }
      PAGES.compareAndSet(pages, index, null, new int[PAGE]);
      return (int[]) PAGES.getAcquire(pages, index);
    }

    void drainTo(long[] merged) {
      for (int p = 0; p < pages.length; p++) {
        var page = (int[]) PAGES.getAcquire(pages, p);
        for (int i = 0; page != null && i < PAGE; i++) {
          merged[p * PAGE + i] += (int) CELL.getAndSet(page, i, 0);
        }
      }
    }

    private static VarHandle field(String name, Class<?> type) {
      try {
        return MethodHandles.lookup().findVarHandle(Stripe.class, name, type);
      } catch (ReflectiveOperationException e) {
        throw new LinkageError(e.getMessage(), e);
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
