package fairlead.tls;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a listener speaks TLS ({@code spec/config.md} §7.1). Immutable.
 *
 * @param certificates at least one; the first for callers that ask for no name we have
 * @param caCertPath who vouches for callers; null for the JDK's CAs
 * @param requireClientAuth whether callers must have a certificate; else they are not asked
 * @param ciphers suites of TLS 1.2 and below; empty for ours
 * @param protocols versions; empty for TLS 1.2 and 1.3
 * @param handshakeTimeout from the first byte to the end of the handshake
 */
public record ServerTls(
    List<KeyFiles> certificates,
    @Nullable Path caCertPath,
    boolean requireClientAuth,
    List<String> ciphers,
    List<String> protocols,
    Duration handshakeTimeout) {
  public static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

  public ServerTls {
    certificates = List.copyOf(certificates);
    ciphers = List.copyOf(ciphers);
    protocols = List.copyOf(protocols);
  }

  /** Every file that it is made of. */
  List<Path> files() {
    var files = new ArrayList<Path>();
    certificates.forEach(certificate -> files.addAll(certificate.paths()));
    files.addAll(callers());
    return files;
  }

  /** Whose CAs vouch for callers, where they are asked. */
  List<Path> callers() {
    return requireClientAuth && caCertPath != null ? List.of(caCertPath) : List.of();
  }
}
