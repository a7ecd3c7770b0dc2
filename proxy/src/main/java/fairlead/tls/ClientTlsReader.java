package fairlead.tls;

import fairlead.config.Block;
import fairlead.tls.ClientTls.KeyPair;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code tls} of whoever we call ({@code spec/config.md} §9.1). */
public final class ClientTlsReader {
  private ClientTlsReader() {}

  /**
   * How to speak TLS, or null for plain text: the block is absent or says {@code enabled: false}.
   */
  public static @Nullable ClientTls read(@Nullable Block tls) {
    if (tls == null) {
      return null;
    }
    boolean enabled = tls.flag("enabled", true);
    boolean disableValidation = tls.flag("disableValidation", false);
    String commonName = tls.text("commonName");
    List<Path> trust = trust(tls, enabled && !disableValidation);
    KeyPair clientAuth = keyPair(tls.block("clientAuth"));
    List<String> protocols = tls.texts("protocols");
    if (enabled && disableValidation && clientAuth != null) {
      tls.fault("clientAuth", "needs validation; remove it, or remove 'disableValidation'");
    }
    if (enabled && !disableValidation && commonName == null) {
      tls.missing(
          "commonName",
          "write the name to be verified, or 'disableValidation: true' to trust anybody");
    }
    tls.end();
    return enabled
        ? new ClientTls(commonName, disableValidation, trust, clientAuth, protocols)
        : null;
  }

  private static List<Path> trust(Block tls, boolean validating) {
    List<Path> files = new ArrayList<>();
    Path bundle = tls.file("trustCertsBundle");
    if (bundle != null) {
      files.add(bundle);
    }
    for (Block.Item item : tls.list("trustCerts")) {
      Path file = item.in().file(item.key());
      if (file != null) {
        files.add(file);
      }
    }
    if (validating && tls.has("trustCerts") && tls.has("trustCertsBundle")) {
      tls.fault(
          "trustCerts",
          "cannot stand beside 'trustCertsBundle' at "
              + tls.at("trustCertsBundle")
              + "; keep that");
    }
    return files;
  }

  private static @Nullable KeyPair keyPair(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    var pair =
        new KeyPair(
            block.requiredFile("certPath", "name the certificate's PEM file"),
            block.requiredFile("keyPath", "name the PKCS#8 key's PEM file"),
            block.file("intermediateCertsPath"));
    block.end();
    return pair;
  }
}
