package fairlead.identity;

import org.jspecify.annotations.Nullable;

/**
 * The Consul agent that the configuration names; it may know this host. Immutable.
 *
 * @param token for {@code /v1/agent/self}; null for none
 * @param tls whether it is reached over TLS
 */
public record ConsulPlace(String host, int port, @Nullable String token, boolean tls) {
  private static final int DEFAULT_PORT = 8500;

  /** The agent of a configuration that names none. */
  public static final ConsulPlace DEFAULT = new ConsulPlace("localhost", DEFAULT_PORT, null, false);

  String url() {
    return "http://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return url();
  }
}
