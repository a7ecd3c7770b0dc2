package fairlead.http;

/**
 * Where a request stands in a tree of calls ({@code spec/http.md} §4.3).
 *
 * @param high the upper half of a 128-bit trace id, 0 when there is none
 * @param flags 1 debug, 2 sampling decided, 4 sampled; others are kept
 */
public record TraceId(long span, long parent, long trace, long high, long flags) {
  /** A call made for this one. */
  public TraceId child(long newSpan) {
    return new TraceId(newSpan, span, trace, high, flags);
  }
}
