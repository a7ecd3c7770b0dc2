package fairlead.tls;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * What backends are told of a caller's certificate in {@code x-forwarded-client-cert} ({@code
 * spec/client.md} §13): {@code Hash=…;SAN=uri;DNS=name;Subject="…"}. A name in it cannot end its
 * element: what is not plain is quoted, and what is not visible ASCII is written in hexadecimal.
 */
public final class ForwardedCertificate {
  private static final int DNS = 2;
  private static final int URI = 6;

  private ForwardedCertificate() {}

  /** The value for {@code certificate}. */
  public static String of(X509Certificate certificate) {
    var value = new StringBuilder("Hash=").append(hash(certificate));
    for (int type : new int[] {URI, DNS}) {
      for (List<?> name : names(certificate)) {
        if (name.get(0).equals(type)) {
          value.append(type == URI ? ";SAN=" : ";DNS=").append(plain("" + name.get(1)));
        }
      }
    }
    String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
    if (!subject.isEmpty()) {
      value.append(";Subject=\"").append(visible(subject, '\\')).append('"');
    }
    return value.toString();
  }

  private static String hash(X509Certificate certificate) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return HexFormat.of().withUpperCase().formatHex(hash);
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible); // every JDK has it, and it was read from bytes
    }
  }

  private static Collection<List<?>> names(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      return names == null ? List.of() : names;
    } catch (CertificateParsingException odd) {
      return List.of();
    }
  }

  private static String plain(String name) {
    String visible = visible(name, '%');
    return visible.matches("[^ \",;\\\\]*")
        ? visible
        : '"' + visible.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String visible(String text, char escape) {
    var visible = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (b >= ' ' && b < 0x7f) {
        visible.append((char) b);
      } else {
        visible.append(escape).append(HexFormat.of().withUpperCase().toHexDigits(b));
      }
    }
    return visible.toString();
  }
}
