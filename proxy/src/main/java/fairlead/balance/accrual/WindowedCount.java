package fairlead.balance.accrual;

/** How much happened in the last window, to a fifth of it. One thread at a time. */
final class WindowedCount {
  private static final int SLICES = 5;

  private final long sliceNanos;
  private final long[] counts = new long[SLICES];
  private long slice;

  WindowedCount(long windowNanos) {
    this.sliceNanos = Math.max(1, windowNanos / SLICES);
  }

  void add(long now) {
    turnTo(now);
    counts[Math.floorMod(slice, SLICES)]++;
  }

  long sum(long now) {
    turnTo(now);
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  private void turnTo(long now) {
    long current = Math.floorDiv(now, sliceNanos);
    for (long i = Math.max(slice, current - SLICES) + 1; i <= current; i++) {
      counts[Math.floorMod(i, SLICES)] = 0;
    }
    slice = Math.max(slice, current);
  }
}
