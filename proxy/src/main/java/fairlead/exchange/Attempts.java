package fairlead.exchange;

/** Tries to get an exchange answered. Event loop only. */
public interface Attempts {
  /**
   * An attempt failed, and the same request may be sent again. Starts another and returns true, or
   * returns false: then the exchange fails.
   */
  boolean again(Failure failure);

  /** The exchange is over, however it ended: nothing needs be waited for any more. Once. */
  void over();
}
