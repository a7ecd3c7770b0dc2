package fairlead.identity;

import fairlead.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * The Consul agent that the configuration names; it may know this host. Immutable.
 *
 * @param token for {@code /v1/agent/self}; null for none
 * @param tls how it is reached over TLS; null for plain HTTP
 */
public record ConsulPlace(String host, int port, @Nullable String token, @Nullable ClientTls tls) {
  private static final int DEFAULT_PORT = 8500;

  /** The agent of a configuration that names none. */
  public static final ConsulPlace DEFAULT = new ConsulPlace("localhost", DEFAULT_PORT, null, null);

  String url() {
    String scheme = tls == null ? "http" : "https";
    return scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  @Override
  public String toString() {
    return url();
  }
}
