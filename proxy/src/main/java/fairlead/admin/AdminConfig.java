package fairlead.admin;

import java.net.InetAddress;
import java.time.Duration;

/**
 * {@code admin} ({@code spec/config.md} §14). Immutable.
 *
 * @param shutdownGrace how long requests in progress may take after SIGTERM
 */
public record AdminConfig(InetAddress ip, int port, Duration shutdownGrace) {
  /** {@code admin.port} of Linkerd. */
  public static final int DEFAULT_PORT = 9990;
}
