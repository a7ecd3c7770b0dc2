package fairlead.server;

/** One kind of memory that can be spent. One thread at a time. */
interface Memory {
  /** For the log, such as {@code buffers}. */
  String name();

  /** Bytes that there may be. */
  long most();

  /** The share of it from which on requests are refused. */
  double scarce();

  /** The share of it down to which they are. */
  double enough();

  /**
   * Bytes that something still needs.
   *
   * @param scarce whether requests are refused for it, so that news are worth a collection
   * @param now by the caller's ticker
   */
  long used(boolean scarce, long now);
}
