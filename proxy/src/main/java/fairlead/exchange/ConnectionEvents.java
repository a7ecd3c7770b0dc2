package fairlead.exchange;

import org.jspecify.annotations.Nullable;

/** What a connection's owner counts. Any thread; must be cheap. */
public interface ConnectionEvents {
  /** A connection is up. */
  void opened();

  /** So many more bytes came in and went out. */
  void bytes(long received, long sent);

  /** So many streams more, or less, are open on a connection of HTTP/2. */
  default void streams(int more) {}

  /** A DATA frame with so many bytes of a body was sent, or came. */
  default void data(boolean sent, int bytes) {}

  /** A trailer section was sent, or came. */
  default void trailers(boolean sent) {}

  /** A stream was given up, by us or by the peer. */
  default void reset(boolean sent, ErrorCode code) {}

  /** The peer said nothing for too long, and what waited for it was given up. */
  default void readTimedOut() {}

  /**
   * For how long a connection that is gone took what we had to say, and for how long it did not.
   */
  default void writable(long nanos, long notNanos) {}

  /**
   * A connection that was up is gone, after so long, so many bytes and so many requests.
   *
   * @param cause what broke it, or null when it was closed in order
   */
  void closed(long nanos, long received, long sent, long requests, @Nullable Throwable cause);
}
