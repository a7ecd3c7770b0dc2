package fairlead.exchange;

import org.jspecify.annotations.Nullable;

/** What a connection's owner counts. Any thread; must be cheap. */
public interface ConnectionEvents {
  /** A connection is up. */
  void opened();

  /** So many more bytes came in and went out. */
  void bytes(long received, long sent);

  /**
   * A connection that was up is gone, after so long, so many bytes and so many requests.
   *
   * @param cause what broke it, or null when it was closed in order
   */
  void closed(long nanos, long received, long sent, long requests, @Nullable Throwable cause);
}
