package fairlead.tls;

import fairlead.config.Block;
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
    if (!tls.flag("enabled", true)) {
      ignored(tls);
      return null;
    }
    boolean disableValidation = tls.flag("disableValidation", false);
    String commonName = tls.text("commonName");
    List<Path> trust = trust(tls, !disableValidation);
    KeyFiles clientAuth = keyFiles(tls.block("clientAuth"));
    List<String> protocols = FileChecks.versions(tls);
    if (disableValidation && clientAuth != null) {
      tls.fault("clientAuth", "needs validation; remove it, or remove 'disableValidation'");
    }
    if (!disableValidation && commonName == null) {
      tls.missing(
          "commonName",
          "write the name to be verified, or 'disableValidation: true' to trust anybody");
    }
    tls.end();
    return new ClientTls(
        commonName, disableValidation, trust, tls.has("trustCerts"), clientAuth, protocols);
  }

  /** Keys beside {@code enabled: false} say nothing, so that the files they name may be missing. */
  private static void ignored(Block tls) {
    tls.flag("disableValidation");
    tls.text("commonName");
    tls.text("trustCertsBundle");
    tls.texts("trustCerts");
    Block clientAuth = tls.block("clientAuth");
    if (clientAuth != null) {
      List.of("certPath", "keyPath", "intermediateCertsPath").forEach(clientAuth::text);
      clientAuth.end();
    }
    tls.texts("protocols");
    tls.end();
  }

  private static List<Path> trust(Block tls, boolean validating) {
    List<Path> files = new ArrayList<>();
    Path bundle = FileChecks.authorities(tls, "trustCertsBundle");
    if (bundle != null) {
      files.add(bundle);
    }
    for (Block.Item item : tls.list("trustCerts")) {
      Path file = FileChecks.authorities(item.in(), item.key());
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

  private static @Nullable KeyFiles keyFiles(@Nullable Block block) {
    if (block == null) {
      return null;
    }
    KeyFiles files = FileChecks.keyFiles(block);
    block.end();
    return files;
  }
}
