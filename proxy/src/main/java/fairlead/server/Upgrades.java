package fairlead.server;

import fairlead.exchange.Exchange;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers ask for another protocol, if it is one of those that are passed on. A request that
 * asks for anything else, or in an odd way, stays an ordinary one: its {@code Upgrade} goes with
 * the other headers that are meant for one connection ({@code spec/threats.md} 25, 42).
 */
final class Upgrades {
  private final List<String> allowed;

  Upgrades(List<String> allowed) {
    this.allowed = allowed;
  }

  /** Notes in the exchange which protocol the backend is to be asked for; whether there is one. */
  boolean offer(Exchange exchange) {
    var head = exchange.request();
    if (head.wantsUpgrade() && isPlainGet(head)) {
      var protocol = firstAllowed(head);
      if (protocol != null) {
        exchange.upgrade(protocol);
        return true;
      }
    }
    return false;
  }

  /** A body would have to be whole before the protocol changes. */
  private static boolean isPlainGet(Head head) {
    return head.methodIs("GET") && !head.isChunked() && head.contentLength() <= 0;
  }

  /** Callers list what they like best first. */
  private @Nullable String firstAllowed(Head head) {
    for (String value : head.all(HeaderNames.UPGRADE)) {
      for (String asked : value.split(",", -1)) {
        for (String protocol : allowed) {
          if (protocol.equalsIgnoreCase(asked.strip())) {
            return protocol;
          }
        }
      }
    }
    return null;
  }
}
