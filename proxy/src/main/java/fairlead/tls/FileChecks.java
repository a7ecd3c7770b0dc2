package fairlead.tls;

import fairlead.config.Block;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the keys that name PEM files, and notes a fault where such a file is of no use. */
final class FileChecks {
  private static final List<String> KEYS = List.of("certPath", "keyPath", "intermediateCertsPath");

  private FileChecks() {}

  /** The three keys of {@code block}. */
  static KeyFiles keyFiles(Block block) {
    var files =
        new KeyFiles(
            block.requiredFile("certPath", "name the certificate's PEM file"),
            block.requiredFile("keyPath", "name the PEM file of the certificate's key"),
            block.file("intermediateCertsPath"));
    boolean all = block.has("certPath") && block.has("keyPath");
    if (all && KEYS.stream().noneMatch(block::failed)) {
      check(block, files);
    }
    return files;
  }

  private static void check(Block block, KeyFiles files) {
    try {
      Identity.read(files);
    } catch (UnusableFileException fault) {
      String key =
          fault.file().equals(files.certPath())
              ? "certPath"
              : fault.file().equals(files.keyPath()) ? "keyPath" : "intermediateCertsPath";
      block.fault(key, block.shown(key) + " " + fault.reason());
    }
  }

  /** The file of CAs that {@code key} names, or null. */
  static @Nullable Path authorities(Block block, String key) {
    Path file = block.file(key);
    if (file != null) {
      try {
        Pem.certificates(file);
      } catch (UnusableFileException fault) {
        block.fault(key, block.shown(key) + " " + fault.reason());
      }
    }
    return file;
  }

  /** TLS versions: those that are safe. */
  static List<String> versions(Block block) {
    for (Block.Item item : block.list("protocols")) {
      String version = item.in().requiredText(item.key(), "write a version, such as TLSv1.3");
      if (!version.isBlank() && !Provider.VERSIONS.contains(version)) {
        item.in()
            .fault(
                item.key(),
                item.in().shown(item.key())
                    + " is no TLS version that is spoken here; use TLSv1.2 or TLSv1.3");
      }
    }
    return block.texts("protocols");
  }
}
