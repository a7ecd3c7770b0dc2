package fairlead.http;

/** When the caller stops caring, in nanoseconds since the epoch ({@code spec/http.md} §4.1). */
public record Deadline(long timestamp, long deadline) {
  /** The stricter of both. */
  public Deadline combine(Deadline other) {
    return new Deadline(Math.max(timestamp, other.timestamp), Math.min(deadline, other.deadline));
  }
}
