package fairlead.exchange;

import fairlead.http.Head;

/** The side of an exchange that answers. Event loop only. */
public interface BackendStream extends MessageStream {
  /**
   * Sends the head of {@code exchange}'s request; {@code end} when no body follows. From here on
   * the exchange is told what comes back.
   */
  void begin(Exchange exchange, Head head, boolean end);
}
