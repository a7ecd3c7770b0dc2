package fairlead.http;

/**
 * Where a request stands in a tree of calls ({@code spec/http.md} §4.3).
 *
 * @param high the upper half of a 128-bit trace id, 0 when there is none
 * @param flags {@link #DEBUG}, {@link #DECIDED}, {@link #SAMPLED}; others are kept
 */
public record TraceId(long span, long parent, long trace, long high, long flags) {
  /** Sampled, whatever samplers say. */
  public static final long DEBUG = 1;

  /** Whether it is sampled is known. */
  public static final long DECIDED = 2;

  public static final long SAMPLED = 4;

  /** A call made for this one. */
  public TraceId child(long newSpan) {
    return child(newSpan, flags);
  }

  /** The same with other flags. */
  public TraceId child(long newSpan, long newFlags) {
    return new TraceId(newSpan, span, trace, high, newFlags);
  }

  /** These flags with the decision {@code sampled}. */
  public static long decided(long flags, boolean sampled) {
    return (flags & ~SAMPLED) | DECIDED | (sampled ? SAMPLED : 0);
  }

  /** Whether it is known if it is sampled. */
  public boolean isDecided() {
    return (flags & (DECIDED | DEBUG)) != 0;
  }

  /** Whether it is known to be sampled. */
  public boolean isSampled() {
    return (flags & DEBUG) != 0 || (flags & (DECIDED | SAMPLED)) == (DECIDED | SAMPLED);
  }
}
