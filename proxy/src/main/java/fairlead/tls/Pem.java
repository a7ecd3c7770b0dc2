package fairlead.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/** The blocks of PEM files (RFC 7468). Reading blocks. */
final class Pem {
  private static final long MOST_BYTES = 16 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,64})-----(.*?)-----END \\1-----", Pattern.DOTALL);

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ");

  private Pem() {}

  /**
   * One block.
   *
   * @param label between BEGIN and the dashes
   * @param text what is between the lines of dashes
   */
  record Block(String label, String text) {
    /** The bytes; throws when they are not in Base64. */
    byte[] der() {
      return Base64.getDecoder().decode(text.replaceAll("\\s", ""));
    }
  }

  /** Every block of {@code file}; what stands around them is left out. */
  static List<Block> blocks(Path file) {
    String text = read(file);
    var blocks =
        BLOCK
            .matcher(text)
            .results()
            .map(found -> new Block(found.group(1), found.group(2)))
            .toList();
    if (BEGIN.matcher(text).results().count() != blocks.size()) {
      throw new UnusableFileException(file, "has a block in it without its end; write it whole");
    }
    return blocks;
  }

  /** The certificates of {@code file} in their order, at least one. */
  static List<X509Certificate> certificates(Path file) {
    var certificates = new ArrayList<X509Certificate>();
    for (Block block : blocks(file)) {
      if (block.label().matches("(X509 |TRUSTED )?CERTIFICATE")) {
        certificates.add(certificate(file, block, certificates.size() + 1));
      }
    }
    if (certificates.isEmpty()) {
      throw new UnusableFileException(
          file, "has no certificate in it; write one in PEM, '-----BEGIN CERTIFICATE-----'");
    }
    return List.copyOf(certificates);
  }

  private static X509Certificate certificate(Path file, Block block, int number) {
    try {
      var der = new ByteArrayInputStream(block.der());
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(der);
    } catch (CertificateException | IllegalArgumentException broken) {
      throw new UnusableFileException(
          file, "is broken in its certificate " + number + "; write it anew");
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES) {
        throw new UnusableFileException(file, "is larger than 16 MiB; is it the right file?");
      }
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException gone) {
      throw new UnusableFileException(file, "is not there");
    } catch (IOException fault) {
      throw new UnusableFileException(
          file, "cannot be read by this process: " + fault.getClass().getSimpleName());
    }
  }
}
