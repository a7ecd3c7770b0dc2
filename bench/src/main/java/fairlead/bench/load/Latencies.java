package fairlead.bench.load;

/**
 * Durations in buckets 1/128 wide; nanoseconds, up to some 70 minutes. One thread; recording
 * allocates nothing.
 */
final class Latencies {
  private static final int PRECISION_BITS = 7;
  private static final int PER_OCTAVE = 1 << PRECISION_BITS;
  private static final long MOST = 1L << 42;

  private final long[] counts = new long[bucket(MOST) + 1];
  private long count;
  private long max;

  void record(long nanos) {
    long value = Math.clamp(nanos, 0, MOST);
    counts[bucket(value)]++;
    count++;
    max = Math.max(max, value);
  }

  long count() {
    return count;
  }

  long max() {
    return max;
  }

  /** The upper end of the bucket in which this part of the values has come; 0 without values. */
  long quantile(double part) {
    long rank = Math.max(1, (long) Math.ceil(part * count));
    long seen = 0;
    for (int bucket = 0; bucket < counts.length; bucket++) {
      seen += counts[bucket];
      if (seen >= rank) {
        return Math.min(max, last(bucket));
      }
    }
    return max;
  }

  /** The first {@link #PER_OCTAVE} buckets hold one value each, later ones twice as many. */
  private static int bucket(long value) {
    if (value < PER_OCTAVE) {
      return (int) value;
    }
    int octave = Long.SIZE - 1 - PRECISION_BITS - Long.numberOfLeadingZeros(value);
    return octave * PER_OCTAVE + (int) (value >>> octave);
  }

  private static long last(int bucket) {
    if (bucket < 2 * PER_OCTAVE) {
      return bucket;
    }
    int octave = bucket / PER_OCTAVE - 1;
    return ((bucket - (long) octave * PER_OCTAVE + 1) << octave) - 1;
  }
}
