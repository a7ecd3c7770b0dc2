package fairlead.tls;

import fairlead.config.Block;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tls} of a listener ({@code spec/config.md} §7.1). */
public final class ServerTlsReader {
  private ServerTlsReader() {}

  /** How {@code server} speaks TLS, or null for plain text. */
  public static @Nullable ServerTls read(Block server) {
    Block tls = server.block("tls");
    if (tls == null) {
      return null;
    }
    var certificates = new ArrayList<KeyFiles>();
    certificates.add(FileChecks.keyFiles(tls));
    for (Block more : tls.blocks("certificates")) {
      certificates.add(FileChecks.keyFiles(more));
      more.end();
    }
    var read =
        new ServerTls(
            certificates,
            FileChecks.authorities(tls, "caCertPath"),
            tls.flag("requireClientAuth", false),
            ciphers(tls),
            FileChecks.versions(tls),
            tls.millis("handshakeTimeoutMs", ServerTls.HANDSHAKE_TIMEOUT, 1));
    tls.end();
    return read;
  }

  private static List<String> ciphers(Block tls) {
    for (Block.Item item : tls.list("ciphers")) {
      String suite = item.in().requiredText(item.key(), "write a cipher suite");
      if (!suite.isBlank() && CipherSuites.iana(suite) == null) {
        item.in()
            .fault(
                item.key(),
                item.in().shown(item.key())
                    + " is no cipher suite that is known here; write it as IANA does, such as"
                    + " TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
      }
    }
    return tls.texts("ciphers");
  }
}
