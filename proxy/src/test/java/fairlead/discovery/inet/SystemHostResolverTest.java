package fairlead.discovery.inet;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.discovery.inet.HostResolver.Answer;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class SystemHostResolverTest {
  @Test
  void literalAddressesAreThemselves() {
    assertThat(new SystemHostResolver().resolve("10.1.2.3"))
        .isEqualTo(new Answer.Found(List.of(InetAddress.ofLiteral("10.1.2.3"))));
  }

  @Test
  void prefersIpv4() {
    assertThat(new SystemHostResolver().resolve("localhost"))
        .isEqualTo(new Answer.Found(List.of(InetAddress.ofLiteral("127.0.0.1"))));
  }
}
