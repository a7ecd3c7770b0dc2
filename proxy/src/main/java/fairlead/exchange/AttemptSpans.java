package fairlead.exchange;

/** Makes a span of each attempt of one exchange. Event loop only. */
@FunctionalInterface
public interface AttemptSpans {
  /** What follows the attempt that begins now, and whose span has this id. */
  Filter attempt(long span);
}
