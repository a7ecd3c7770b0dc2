package fairlead.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The certificates of the demo, read by the JDK. */
class DemoCaTest {
  @TempDir Path dir;

  @Test
  void vouchesForEachHost() throws Exception {
    var authority = new DemoCa();
    for (var host : Demo.HOSTS) {
      Path folder = authority.write(dir, host);
      var ca = read(folder.resolve("ca.pem"));
      var own = read(folder.resolve("host.pem"));

      var path = CertificateFactory.getInstance("X.509").generateCertPath(List.of(own));
      var parameters = new PKIXParameters(Set.of(new TrustAnchor(ca, null)));
      parameters.setRevocationEnabled(false);
      CertPathValidator.getInstance("PKIX").validate(path, parameters);

      assertThat(own.getSubjectX500Principal().getName())
          .isEqualTo("CN=Fairlead on " + host.getHostAddress());
      assertThat(own.getSubjectAlternativeNames()).containsExactly(List.of(6, DemoCa.MESH));
      assertThat(own.getBasicConstraints()).as("no CA itself").isEqualTo(-1);
      assertThat(ca.getBasicConstraints()).isPositive();
    }
  }

  private static X509Certificate read(Path file) throws Exception {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509")
            .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(file)));
  }
}
