package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.Dtabs;
import fairlead.naming.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which dtabs of requests name addresses (threat 55). */
class RequestAddressesTest {
  private static final String CLOSED =
      "/host => /#/io.l5d.consul/.local ; /svc => /host ; /legacy => /$/inet/10.0.0.5/8080 ;"
          + " /local => /$/inet/8080 ; /aws => /egress/443/s3.example ;"
          + " /egress => /$/io.buoyant.rinet ; /both => /$/io.buoyant.porthostPfx/egress ;"
          + " /loop => /loop/x ; /a => /b ; /b => /a";
  private static final String OPEN = "/ph => /$/io.buoyant.rinet ; /svc => /ph/80";

  private static boolean isRefused(String base, String local) {
    return new RequestAddresses(Dtabs.parse(base), Path.of("svc")).in(Dtabs.parse(local)) != null;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/svc => /$/inet/169.254.169.254/80",
        "/svc => /$/inet/127.0.0.1/9990",
        "/svc => /$/inet/9990",
        "/svc => /$/inet",
        "/svc => /$/fixedinet/10.0.0.1/80",
        "/svc => /$/io.buoyant.rinet/80/10.0.0.1",
        "/svc => /$/com.twitter.finagle.namer.global/$/inet/10.0.0.1/80",
        "/svc => /svc/web | /$/inet/10.0.0.1/80",
        "/svc => 1 * /svc/web & 0 * /$/inet/10.0.0.1/80",
        "/svc/a => /svc/b ; /svc/b => /$/inet/10.0.0.1/80",
        "/svc => /egress/80",
        "/svc => /egress/80/169.254.169.254",
        "/svc => /both",
        "/svc/web => /loop",
        "/svc/web => /a",
        "/svc => /both/169.254.169.254:80",
        "/svc => /$/io.buoyant.hostportPfx/$/inet"
      })
  void threat55_addressesOfTheCallersChoiceAreFound(String local) {
    assertThat(isRefused(CLOSED, local)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/svc/web => /svc/web-v2",
        "/svc/web => /host/web-v2 | /svc/web",
        "/svc/web => /#/io.l5d.consul/.local/web-v2",
        "/svc/web => /legacy",
        "/svc/web => /local",
        "/svc/web => /aws",
        "/svc/web => /$/nil",
        "/svc/web => /$/fail",
        "/svc/web => /$/io.buoyant.http.status/404",
        "/svc/web => ! | ~ | $",
        "/svc/web => /$/io.buoyant.http.domainToPathPfx/host"
      })
  void threat55_whatTheConfigurationNamesMayBeNamed(String local) {
    assertThat(isRefused(CLOSED, local)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "/svc/web => /svc/web-v2, false",
    "/svc/web => /svc/a/b, true",
    "/svc => /ph/9990, true",
    "/svc => /$/inet/127.0.0.1/80, true"
  })
  void threat55_whereAnyHostIsRoutedItsDtabMayDoNoMore(String local, boolean refused) {
    assertThat(isRefused(OPEN, local)).isEqualTo(refused);
  }

  @Test
  void threat55_rulesWithoutEndAreRefusedSoon() {
    var base = new StringBuilder();
    for (int n = 0; n < 40; n++) {
      base.append("/* => /x").append(n).append(" ;");
    }
    assertThat(isRefused(base.toString(), "/svc/web => /x")).isTrue();
  }
}
