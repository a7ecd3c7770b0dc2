package fairlead.launcher.doctor;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** When certificates end. That they fit their keys is checked with the configuration. Blocks. */
final class CertificateChecks {
  private static final Duration SOON = Duration.ofDays(30);

  private CertificateChecks() {}

  static List<Finding> of(Path file, Instant now) {
    var findings = new ArrayList<Finding>();
    try (InputStream in = Files.newInputStream(file)) {
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        if (certificate instanceof X509Certificate one) {
          findings.add(of(file, one, now));
        }
      }
    } catch (IOException | CertificateException unreadable) {
      findings.add(
          Finding.bad(
              "certificates",
              file + " cannot be read: " + unreadable.getMessage(),
              "let it be a PEM file that this user may read"));
    }
    return findings;
  }

  private static Finding of(Path file, X509Certificate one, Instant now) {
    Instant end = one.getNotAfter().toInstant();
    Instant begin = one.getNotBefore().toInstant();
    String name = file + ", " + one.getSubjectX500Principal().getName();
    if (now.isBefore(begin)) {
      return Finding.bad(
          "certificates", name + " is not valid before " + begin, "set this host's clock, or wait");
    }
    if (!now.isBefore(end)) {
      return Finding.bad("certificates", name + " ended at " + end, "renew it");
    }
    Duration left = Duration.between(now, end);
    return left.compareTo(SOON) < 0
        ? Finding.note(
            "certificates", name + " ends in " + left.toDays() + " days, at " + end, "renew it")
        : Finding.good("certificates", name + " is valid until " + end);
  }
}
