package fairlead.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to speak TLS to somebody ({@code spec/config.md} §9.1). Immutable.
 *
 * @param commonName for SNI and the check of the certificate: a host name, an IP address or a
 *     SPIFFE id; null only with {@code disableValidation}
 * @param trustCerts PEM files of CAs; empty means the system's
 * @param listed whether they come from {@code trustCerts}, which is deprecated
 * @param protocols TLS versions; empty means 1.2 and 1.3
 */
public record ClientTls(
    @Nullable String commonName,
    boolean disableValidation,
    List<Path> trustCerts,
    boolean listed,
    @Nullable KeyFiles clientAuth,
    List<String> protocols) {
  public ClientTls {
    trustCerts = List.copyOf(trustCerts);
    protocols = List.copyOf(protocols);
  }

  /** Trusts what one bundle says. */
  public ClientTls(
      @Nullable String commonName,
      boolean disableValidation,
      List<Path> trustCerts,
      @Nullable KeyFiles clientAuth,
      List<String> protocols) {
    this(commonName, disableValidation, trustCerts, false, clientAuth, protocols);
  }

  /** The same with another name. */
  public ClientTls withName(@Nullable String name) {
    return new ClientTls(name, disableValidation, trustCerts, listed, clientAuth, protocols);
  }

  /** Every file that it is made of. */
  List<Path> files() {
    var files = new ArrayList<Path>(disableValidation ? List.of() : trustCerts);
    if (clientAuth != null) {
      files.addAll(clientAuth.paths());
    }
    return files;
  }
}
