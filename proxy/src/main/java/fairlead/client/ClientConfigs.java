package fairlead.client;

import fairlead.naming.Path;

/** Which settings the client of a bound id has ({@code spec/config.md} §8.3). Any thread. */
@FunctionalInterface
public interface ClientConfigs {
  /** How to talk to the endpoints of {@code id}, which holds no residual. */
  ClientConfig of(Path id);
}
