package fairlead.client;

import fairlead.naming.Path;
import java.util.List;

/** Which settings the client of a bound id has ({@code spec/config.md} §8.3). Any thread. */
@FunctionalInterface
public interface ClientConfigs {
  /** How to talk to the endpoints of {@code id}, which holds no residual. */
  ClientConfig of(Path id);

  /** Settings with every way of TLS that an id may get; names, and limits, may be others. */
  default List<ClientConfig> tls() {
    return List.of();
  }

  /** Whether some id gets {@link ClientConfig#forwardClientCert}. */
  default boolean forwardsClientCert() {
    return false;
  }
}
