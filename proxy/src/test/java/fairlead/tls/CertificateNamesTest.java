package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** For whom a certificate is (RFC 9525 §6). */
class CertificateNamesTest {
  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource({
    "web.test, web.test, true",
    "WEB.test, web.TEST, true",
    "web.test, web.test., true",
    "web.test, a.web.test, false",
    "*.web.test, a.web.test, true",
    "*.web.test, web.test, false",
    "*.web.test, a.b.web.test, false",
    "*.test, web.test, false",
    "a*.web.test, ab.web.test, false",
    "*, web, false",
    "10.0.0.1, 10.0.0.1, true",
    "10.0.0.1, 10.0.0.2, false",
    "'2001:db8::1', '2001:db8:0:0:0:0:0:1', true",
    "spiffe://td/web, spiffe://td/web, true",
    "spiffe://td/web, spiffe://td/web2, false",
    "spiffe://td/web, spiffe://td/WEB, false",
  })
  void aNameIsMatchedByItsKind(String certified, String expected, boolean matches)
      throws CertificateException {
    var names =
        certified.contains("*") // the maker of certificates takes none of these
            ? new CertificateNames(List.of(certified), List.of(), List.of())
            : CertificateNames.of(new TestCa(dir, "ca").issue(certified).bundle().getCertificate());

    assertThat(names.isFor(expected)).isEqualTo(matches);
  }

  @Test
  void anAddressAsADnsNameIsNoAddress() {
    var names = new CertificateNames(List.of("10.0.0.1"), List.of(), List.of());

    assertThat(names.isFor("10.0.0.1")).isFalse();
  }

  @Test
  void theCommonNameCountsOnlyWhereThereIsNoDnsName() throws Exception {
    var ca = new TestCa(dir, "ca");
    var with = ca.issue(b -> b.subject("CN=web.test,O=x"), "other.test").bundle();
    var without = ca.issue(b -> b.subject("CN=web.test,O=x"), "spiffe://td/x").bundle();

    assertThat(CertificateNames.of(with.getCertificate()).isFor("web.test")).isFalse();
    assertThat(CertificateNames.of(without.getCertificate()).isFor("web.test")).isTrue();
  }

  @Test
  void namesAreShownShort() {
    var names =
        new CertificateNames(
            List.of("a", "b", "c", "d"), List.of("10.0.0.1"), List.of("spiffe://x", "y\r\nz"));

    assertThat(names.show()).isEqualTo("DNS a, DNS b, DNS c, DNS d, IP 10.0.0.1 and 2 more");
    assertThat(new CertificateNames(List.of("a\r\n\u001b[31m"), List.of(), List.of()).show())
        .isEqualTo("DNS a???[31m");
  }
}
