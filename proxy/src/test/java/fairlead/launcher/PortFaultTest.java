package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.server.CannotListenException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class PortFaultTest {
  private static final String CONFIG =
      """
      admin: {port: 9992}
      routers:
      - protocol: http
        servers:
        - port: 4140
        - port: 80
          ip: 10.9.9.9
      """;

  @Test
  void aTakenPortIsToldWithItsPlaceInTheFile() {
    assertThat(told(CONFIG, "127.0.0.1", 4140, "Address already in use"))
        .isEqualTo(
            "f.yaml:5:11: routers[0].servers[0].port: 4140 on 127.0.0.1 cannot be had: another"
                + " process listens there; stop it, or choose another port");
  }

  @Test
  void anAddressOfAnotherMachineIsToldAtItsKey() {
    assertThat(told(CONFIG, "10.9.9.9", 80, "Cannot assign requested address"))
        .isEqualTo(
            "f.yaml:7:9: routers[0].servers[1].ip: 10.9.9.9 is no address of this machine; write"
                + " one that is, or 0.0.0.0 for all");
  }

  @Test
  void aPortOfThePrivilegedIsToldWithWhatGrantsIt() {
    assertThat(told(CONFIG, "10.9.9.9", 80, "bind(..) failed: Permission denied"))
        .isEqualTo(
            "f.yaml:6:11: routers[0].servers[1].port: 80 on 10.9.9.9 cannot be had: this user may"
                + " not use it; choose one above 1023, or grant CAP_NET_BIND_SERVICE");
  }

  @Test
  void theAdminPortIsToldToo() {
    assertThat(told(CONFIG, "127.0.0.1", 9992, "Address already in use"))
        .startsWith("f.yaml:1:15: admin.port: 9992 on 127.0.0.1 cannot be had: ");
  }

  @Test
  void aDefaultIsToldAtTheFilesBeginning() {
    String noAdmin = "routers: [{protocol: http, servers: [{port: 4140}]}]\n";

    assertThat(told(noAdmin, "127.0.0.1", 9990, "Address already in use"))
        .startsWith("f.yaml:1:1: admin.port: 9990 on 127.0.0.1 cannot be had: ");
  }

  private static String told(String config, String ip, int port, String reason) {
    Loaded loaded =
        ConfigurationLoader.load(ConfigText.of("f.yaml", config), Machines.host(Map.of()));
    var fault =
        new CannotListenException(new InetSocketAddress(ip, port), new BindException(reason));
    return PortFault.of(fault, Objects.requireNonNull(loaded.configuration()), loaded.tree());
  }
}
