package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.naming.Addr;
import fairlead.naming.Dtabs;
import fairlead.naming.Endpoint;
import java.net.InetSocketAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinkLocalTest {
  private static Addr.Live live(String... addresses) {
    return new Addr.Live(
        Set.copyOf(
            java.util.Arrays.stream(addresses)
                .map(ip -> new Endpoint(new InetSocketAddress(ip, 80)))
                .toList()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"169.254.169.254", "169.254.170.2", "fe80::1", "fd00:ec2::254"})
  void threat55_credentialsOfTheCloudAreNotAskedFor(String ip) {
    var guard = new LinkLocal(Dtabs.parse("/svc => /#/io.l5d.consul/.local"));

    assertThat(guard.without(live(ip))).isEqualTo(live());
    assertThat(guard.without(live(ip, "10.0.0.1"))).isEqualTo(live("10.0.0.1"));
  }

  @Test
  void threat55_whatTheDtabSpellsOutIsUsed() {
    var guard =
        new LinkLocal(
            Dtabs.parse("/a => /$/nil | /$/inet/169.254.0.7/80 ; /b => /$/inet/fe80::1/80"));

    assertThat(guard.without(live("169.254.0.7"))).isEqualTo(live("169.254.0.7"));
    assertThat(guard.without(live("fe80::1"))).isEqualTo(live("fe80::1"));
    assertThat(guard.without(live("169.254.0.70"))).isEqualTo(live());
  }

  @Test
  void otherAddressesAreNoneOfItsBusiness() {
    var guard = new LinkLocal(Dtabs.parse("/svc => /#/x"));
    var addr = live("10.0.0.1", "127.0.0.1", "fd00::1");

    assertThat(guard.without(addr)).isSameAs(addr);
    assertThat(guard.without(new Addr.Neg())).isEqualTo(new Addr.Neg());
  }
}
