package fairlead.discovery.inet;

import java.net.InetAddress;
import java.util.List;

/** From a host's name to its addresses. */
@FunctionalInterface
public interface HostResolver {
  /** The addresses of {@code host}, a name or a literal address. Blocks. */
  Answer resolve(String host);

  /** What a resolver may say. */
  sealed interface Answer {
    /** At least one address, the preferred family only. */
    record Found(List<InetAddress> addresses) implements Answer {
      public Found {
        addresses = List.copyOf(addresses);
      }
    }

    /** There is no such host. */
    record Unknown() implements Answer {}

    /** It could not be found out, and why: one line. */
    record Failed(String reason) implements Answer {}
  }
}
