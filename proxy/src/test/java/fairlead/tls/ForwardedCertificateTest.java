package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The text of {@code x-forwarded-client-cert} ({@code spec/client.md} §13). */
class ForwardedCertificateTest {
  @TempDir Path dir;

  private X509Certificate certificate(String subject, String... names) {
    return new TestCa(dir, "ca").issue(b -> b.subject(subject), names).bundle().getCertificate();
  }

  @Test
  void hashNamesAndSubjectInTheirOrder() throws Exception {
    var certificate =
        certificate("CN=upstream,C=US", "upstream", "https://buoyant.io", "linkerd", "10.0.0.1");
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());

    assertThat(ForwardedCertificate.of(certificate))
        .isEqualTo(
            "Hash="
                + HexFormat.of().withUpperCase().formatHex(hash)
                + ";SAN=https://buoyant.io;DNS=upstream;DNS=linkerd;Subject=\"CN=upstream,C=US\"");
  }

  @Test
  void anEmptySubjectIsLeftOut() throws Exception {
    assertThat(ForwardedCertificate.of(certificate("", "a"))).matches("Hash=[0-9A-F]{64};DNS=a");
  }

  @Test
  void aNameCannotEndItsElementNorTheHeader() throws Exception {
    String value =
        ForwardedCertificate.of(
            certificate(
                "CN=a\\\"\\;SAN\\=spiffe://admin,O=\\0d\\0aX: y",
                "spiffe://td/a;SAN=spiffe://admin,b"));

    assertThat(value)
        .contains(";SAN=\"spiffe://td/a;SAN=spiffe://admin,b\";Subject=\"")
        .doesNotContain("\r")
        .doesNotContain("\n")
        .endsWith("\"");
    String subject = value.substring(value.indexOf("Subject=\"") + 9, value.length() - 1);
    assertThat(subject.replaceAll("\\\\.", "")).doesNotContain("\"");
  }
}
