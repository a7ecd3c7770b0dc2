package fairlead.telemetry;

import fairlead.telemetry.Histogram.Buckets;
import java.util.Arrays;

/**
 * How many values fell into each bucket of a histogram: memory for one histogram after the other,
 * of which only what was touched is walked and cleared. One thread at a time.
 */
final class BucketCounts {
  private final long[] counts = new long[Buckets.COUNT];

  /** All buckets that are not 0 lie from here … */
  private int first = Buckets.COUNT;

  /** … to before this one. */
  private int end;

  private long total;

  /** How many values {@link #quantile} has passed, and the bucket where it goes on. */
  private long passed;

  private int next;

  void clear() {
    if (first < end) {
      Arrays.fill(counts, first, end, 0);
    }
    first = Buckets.COUNT;
    end = 0;
    total = 0;
    passed = 0;
    next = 0;
  }

  /** Adds {@code n} values, at least 0, none of them behind a quantile that was asked for. */
  void add(int bucket, long n) {
    if (n != 0) {
      counts[bucket] += n;
      total += n;
      first = Math.min(first, bucket);
      end = Math.max(end, bucket + 1);
    }
  }

  /** Of all buckets. */
  long total() {
    return total;
  }

  /**
   * The middle of the bucket that this quantile falls into, when there are values.
   *
   * @param quantile not below the one that was asked for before
   */
  long quantile(double quantile) {
    long rank = Math.max(1, Math.round(quantile * total));
    next = Math.max(next, first);
    while (passed < rank) {
      passed += counts[next++];
    }
    return Buckets.middle(next - 1);
  }

  /** What is in the buckets. */
  Batch batch(long sum) {
    if (total == 0) {
      return Batch.EMPTY;
    }
    int n = 0;
    for (int bucket = first; bucket < end; bucket++) {
      n += counts[bucket] > 0 ? 1 : 0;
    }
    var values = new long[n];
    var times = new long[n];
    n = 0;
    for (int bucket = first; bucket < end; bucket++) {
      if (counts[bucket] > 0) {
        values[n] = Buckets.middle(bucket);
        times[n++] = counts[bucket];
      }
    }
    return new Batch(values, times, sum);
  }
}
