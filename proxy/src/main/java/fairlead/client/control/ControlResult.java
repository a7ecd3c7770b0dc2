package fairlead.client.control;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a request ended. Immutable. */
public sealed interface ControlResult {
  /**
   * A whole response, whatever its status.
   *
   * @param headers by lower-case name; of several lines with one name the first
   * @param body decoded from gzip; not to be changed
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy of megabytes would be waste
  record Answer(int status, Map<String, String> headers, byte[] body) implements ControlResult {
    public Answer {
      headers = Map.copyOf(headers);
    }

    /** The first value of the header with this lower-case name. */
    public @Nullable String header(String name) {
      return headers.get(name);
    }
  }

  /** No whole response; {@code detail} is one line for a log. */
  record Failed(Cause cause, String detail) implements ControlResult {}

  /** Why there was no whole response. */
  enum Cause {
    /** The host name is not known. */
    UNRESOLVED,
    /** No connection: nobody listens, or no way there. */
    REFUSED,
    /** A fresh connection ended at once and without an answer: the peer has too many of ours. */
    RESET_AT_ONCE,
    /** The connection ended before the answer did. */
    RESET,
    /** Not HTTP. */
    MALFORMED,
    /** The body is longer than the limit. */
    TOO_LARGE,
    /** The TLS handshake failed. */
    TLS,
    /** The deadline passed. */
    TIMED_OUT,
    /** The client was closed. */
    CLOSED
  }
}
