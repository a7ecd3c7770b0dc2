package fairlead.http1;

/** What came of reading from a buffer. */
public sealed interface ParseResult {
  /** Everything was taken, and more is needed. */
  record NeedMore() implements ParseResult {
    static final NeedMore INSTANCE = new NeedMore();
  }

  /** The head is complete; what follows it was left in the buffer. */
  record Done() implements ParseResult {
    static final Done INSTANCE = new Done();
  }

  /** Not to be accepted: see {@link Rejection}. */
  record Rejected(Rejection rejection) implements ParseResult {}
}
