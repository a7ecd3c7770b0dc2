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
  /** Nothing was recorded. */
  static final Batch EMPTY = new Batch(new long[0], new long[0], 0);
}
