package fairlead.wire;

/** A connection of a caller, as its listener sees it. */
public interface CallerConnection {
  /** Runs {@code task} on the connection's loop. Any thread. */
  void execute(Runnable task);

  /** Closes it once nothing is in progress on it, and asks what is not to end. Event loop only. */
  void finish();

  /** It came when nothing is served any more. Event loop only. */
  default void turnAway() {
    close();
  }

  /** Closes it, whatever is in progress. Event loop only. */
  void close();
}
