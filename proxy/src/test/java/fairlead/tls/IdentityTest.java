package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdentityTest {
  @TempDir Path dir;
  private TestCa ca;

  @BeforeEach
  void makeCa() {
    ca = new TestCa(dir, "ca");
  }

  @Test
  void theChainIsTheCertificateAndWhatVouchesForIt() {
    var web = ca.issue("web.test").write(dir, "web");

    var alone = Identity.read(web);
    var with = Identity.read(new KeyFiles(web.certPath(), web.keyPath(), ca.file()));

    assertThat(alone.chain()).hasSize(1);
    assertThat(with.chain()).hasSize(2);
    assertThat(with.chain().getLast().getSubjectX500Principal().getName()).isEqualTo("CN=ca");
    assertThat(with.certificate()).isEqualTo(alone.certificate());
  }

  @Test
  void theKeyOfAnotherIsRefused() {
    var web = ca.issue("web.test").write(dir, "web");
    var other = ca.issue("web.test").write(dir, "other");
    var rsa = ca.issueRsa("web.test").write(dir, "rsa");

    for (KeyFiles stranger : new KeyFiles[] {other, rsa}) {
      assertThatThrownBy(
              () -> Identity.read(new KeyFiles(web.certPath(), stranger.keyPath(), null)))
          .isInstanceOf(UnusableFileException.class)
          .hasMessageContaining("is not the key of the certificate in " + web.certPath());
    }
  }

  @Test
  void aBrokenCertificateIsToldByItsNumber() throws IOException {
    var web = ca.issue("web.test").write(dir, "web");
    String good = Files.readString(web.certPath());
    Files.writeString(web.certPath(), good + good.replace(good.substring(60, 80), ""));

    assertThatThrownBy(() -> Identity.read(web))
        .hasMessageContaining("broken in its certificate 2");

    Files.writeString(web.certPath(), good + good.substring(0, 200));

    assertThatThrownBy(() -> Identity.read(web))
        .hasMessageContaining("a block in it without its end");
  }

  @Test
  void itEndsWithTheFirstOfItsChain() {
    var web = ca.issueExpired("web.test").write(dir, "web");

    var identity = Identity.read(new KeyFiles(web.certPath(), web.keyPath(), ca.file()));

    assertThat(identity.expires())
        .isEqualTo(identity.certificate().getNotAfter().toInstant())
        .isBefore(identity.chain().getLast().getNotAfter().toInstant());
  }
}
