package fairlead.exchange;

import fairlead.http.Head;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The side of an exchange that asked. Event loop only. */
public interface CallerStream extends MessageStream {
  /** Sends an interim (1xx) response; the final one is still to come. */
  void interim(Head head);

  /** Sends the head of the final response; {@code end} when no body follows. */
  void head(Head head, boolean end);

  /**
   * Sends the head that opens a tunnel: from here on data are raw bytes, both ways, and the end is
   * that of the connection.
   *
   * @param protocol what both sides speak from here on; null when only they know
   */
  void tunnel(Head head, @Nullable String protocol);

  /**
   * How a failure before the answer is told where the protocol has its own way; null when an answer
   * is made of it.
   */
  default @Nullable ErrorCode resetFor(Failure failure) {
    return null;
  }

  /** What this stream has in common with others of its connection, and with no others. */
  default Object connection() {
    return this;
  }

  /** Bytes of the request's body that came so far; 0 where nobody counts them. */
  default long receivedBytes() {
    return 0;
  }

  /** Bytes of the answer's body that were sent so far; 0 where nobody counts them. */
  default long sentBytes() {
    return 0;
  }

  /** When the request was whole, by the loop's ticker; of use only once it is. */
  default long receivedNanos() {
    return 0;
  }

  /** The caller's address. */
  SocketAddress peer();

  /** The address that the caller connected to. */
  SocketAddress local();

  /**
   * The certificate that the caller's connection showed, as {@code x-forwarded-client-cert} tells
   * it ({@code spec/client.md} §13); null when it showed none.
   */
  default @Nullable String certificate() {
    return null;
  }
}
