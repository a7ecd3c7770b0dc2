package fairlead.telemetry;

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
  /** Of the counts of all buckets. */
  static Batch of(long[] buckets, long sum) {
    int n = 0;
    for (long count : buckets) {
      n += count > 0 ? 1 : 0;
    }
    var values = new long[n];
    var counts = new long[n];
    n = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      if (buckets[bucket] > 0) {
        values[n] = Histogram.Buckets.middle(bucket);
        counts[n++] = buckets[bucket];
      }
    }
    return new Batch(values, counts, sum);
  }
}
