package fairlead.telemetry;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Samples of one histogram: each value, at most 0.4 % off, and how often it came. Both arrays are
 * equally long and nobody changes them.
 *
 * @param values ascending
 * @param sum of the samples as they were recorded
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; thousands of histograms are read at once
public record Batch(long[] values, long[] counts, long sum) {
  /** Of the counts of all buckets; null when there are none. */
  static @Nullable Batch of(long[] buckets, long sum) {
    var values = new long[buckets.length];
    var counts = new long[buckets.length];
    int n = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      if (buckets[bucket] > 0) {
        values[n] = Histogram.Buckets.middle(bucket);
        counts[n++] = buckets[bucket];
      }
    }
    return n == 0 ? null : new Batch(Arrays.copyOf(values, n), Arrays.copyOf(counts, n), sum);
  }
}
