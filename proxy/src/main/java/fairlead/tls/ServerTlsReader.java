package fairlead.tls;

import fairlead.config.Block;

/** Checks {@code tls} of a listener ({@code spec/config.md} §7.1), which is not built yet. */
public final class ServerTlsReader {
  private ServerTlsReader() {}

  /** Checks {@code tls} of {@code server}, then says that it is not built. */
  public static void check(Block server) {
    Block tls = server.block("tls");
    if (tls == null) {
      return;
    }
    tls.requiredFile("certPath", "name the certificate's PEM file");
    tls.requiredFile("keyPath", "name the PKCS#8 key's PEM file");
    tls.file("intermediateCertsPath");
    tls.file("caCertPath");
    tls.flag("requireClientAuth", false);
    tls.texts("ciphers");
    tls.texts("protocols");
    tls.end();
    server.notBuilt("tls");
  }
}
