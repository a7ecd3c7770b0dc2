package fairlead.client.control;

import fairlead.tls.ClientTls;
import org.jspecify.annotations.Nullable;

/**
 * Whom a control client asks. Immutable.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param maxConnections open at a time; one in ten, at least one, is kept for quick requests
 * @param maxBodyBytes of one answer, after decompression
 */
public record ControlOrigin(
    String host, int port, @Nullable ClientTls tls, int maxConnections, int maxBodyBytes) {
  /** Room for the largest answers seen (20,000 instances) several times over. */
  public static final int DEFAULT_MAX_BODY_BYTES = 64 << 20;

  public ControlOrigin {
    if (maxConnections < 2) {
      throw new IllegalArgumentException("maxConnections: " + maxConnections + " (expected: >= 2)");
    }
  }

  /** The {@code Host} header: the port is left out for 80 and 443. */
  public String hostHeader() {
    String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    return port == 80 || port == 443 ? name : name + ":" + port;
  }

  int maxHeld() {
    return maxConnections - Math.max(1, maxConnections / 10);
  }
}
