package fairlead.tls;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS to somebody ({@code spec/config.md} §9.1). Immutable.
 *
 * @param commonName for SNI and host-name verification; null only with {@code disableValidation}
 * @param trustCerts PEM files of CAs; empty means the system's
 * @param protocols TLS versions; empty means the provider's default
 */
public record ClientTls(
    @Nullable String commonName,
    boolean disableValidation,
    List<Path> trustCerts,
    @Nullable KeyPair clientAuth,
    List<String> protocols) {
  public ClientTls {
    trustCerts = List.copyOf(trustCerts);
    protocols = List.copyOf(protocols);
  }

  /** PEM files of a certificate, its PKCS#8 key and the chain to send along. */
  public record KeyPair(Path certPath, Path keyPath, @Nullable Path intermediateCertsPath) {}
}
