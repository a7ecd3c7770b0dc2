package fairlead.telemetry;

/**
 * What a histogram held in its last complete window ({@code spec/admin.md} §4). Quantiles are the
 * middle of their bucket. Immutable.
 */
public record Summary(
    long count,
    long max,
    long min,
    long p50,
    long p90,
    long p95,
    long p99,
    long p9990,
    long p9999,
    long sum) {
  /** A window in which nothing happened. */
  public static final Summary EMPTY = new Summary(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  public double avg() {
    return count == 0 ? 0.0 : (double) sum / count;
  }
}
