package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressRangeTest {
  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.255.0.1, true",
    "10.0.0.0/8, 11.0.0.1, false",
    "192.168.7.0/25, 192.168.7.127, true",
    "192.168.7.0/25, 192.168.7.128, false",
    "127.0.0.1, 127.0.0.1, true",
    "127.0.0.1, 127.0.0.2, false",
    "0.0.0.0/0, 203.0.113.9, true",
    "0.0.0.0/0, ::1, false",
    "fd00::/8, fdab::1, true",
    "fd00::/8, fe80::1, false",
    "::1/128, ::1, true",
    "10.0.0.0/8, ::ffff:10.1.2.3, true"
  })
  void containsWhatBeginsWithItsBits(String range, String address, boolean contained) {
    assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
        .isEqualTo(contained);
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.2.3/8, has bits beyond its first 8; write 10.0.0.0/8",
    "10.0.0.0/33, is no range of addresses",
    "10.0.0.0/, is no range of addresses",
    "10.0.0/8, is no range of addresses",
    "localhost, is no range of addresses",
    "10.0.0.0/08, is no range of addresses"
  })
  void saysWhatToWrite(String range, String fault) {
    assertThatThrownBy(() -> AddressRange.parse(range)).hasMessageStartingWith(fault);
  }
}
