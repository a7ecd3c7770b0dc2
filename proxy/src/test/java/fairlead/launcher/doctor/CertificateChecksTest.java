package fairlead.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.launcher.doctor.Finding.Level;
import fairlead.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateChecksTest {
  @TempDir Path dir;

  @Test
  void saysWhenACertificateEnds() {
    var now = Instant.now();
    var files =
        new TestCa(dir, "ca")
            .issue(
                builder ->
                    builder
                        .notBefore(now.minus(Duration.ofDays(1)))
                        .notAfter(now.plus(Duration.ofDays(90))),
                "web")
            .write(dir, "web");

    var end = certificateEnd(files.certPath());

    assertThat(level(files.certPath(), end.minus(Duration.ofDays(40)))).isEqualTo(Level.GOOD);
    assertThat(level(files.certPath(), end.minus(Duration.ofDays(20)))).isEqualTo(Level.NOTE);
    assertThat(level(files.certPath(), end.plusSeconds(1))).isEqualTo(Level.BAD);
    assertThat(level(files.certPath(), Instant.EPOCH)).isEqualTo(Level.BAD);
  }

  private static Level level(Path file, Instant now) {
    return CertificateChecks.of(file, now).getFirst().level();
  }

  /** As the finding of a good one tells it. */
  private static Instant certificateEnd(Path file) {
    String what = CertificateChecks.of(file, Instant.now()).getFirst().what();
    return Instant.parse(what.replaceFirst("(?s).* (at|until) ", ""));
  }

  @Test
  void anExpiredOneIsToldWithItsName() {
    var files = new TestCa(dir, "ca").issueExpired("web").write(dir, "web");

    assertThat(CertificateChecks.of(files.certPath(), Instant.now()))
        .first()
        .satisfies(
            finding -> {
              assertThat(finding.level()).isEqualTo(Level.BAD);
              assertThat(finding.what()).contains("web", " ended at ");
              assertThat(finding.mend()).isEqualTo("renew it");
            });
  }

  @Test
  void aFileThatIsNoneIsTold() throws IOException {
    Path file = Files.writeString(dir.resolve("web.pem"), "-----BEGIN CERTIFICATE-----\nx\n");

    assertThat(CertificateChecks.of(file, Instant.now()).getFirst().level()).isEqualTo(Level.BAD);
  }
}
