package fairlead.exchange;

import fairlead.http.Head;
import java.net.SocketAddress;

/** The side of an exchange that asked. Event loop only. */
public interface CallerStream extends MessageStream {
  /** Sends an interim (1xx) response; the final one is still to come. */
  void interim(Head head);

  /** Sends the head of the final response; {@code end} when no body follows. */
  void head(Head head, boolean end);

  /** The caller's address. */
  SocketAddress peer();

  /** The address that the caller connected to. */
  SocketAddress local();
}
