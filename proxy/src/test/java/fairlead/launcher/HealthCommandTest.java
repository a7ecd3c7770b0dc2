package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.admin.AdminConfig;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminServer;
import fairlead.admin.ProcessPages;
import fairlead.telemetry.MetricsTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCommandTest {
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void isZeroWhenTheAdminPortAnswers() throws IOException {
    var pages = new AdminPages();
    ProcessPages.addTo(pages, "1.2.3");
    var config = new AdminConfig(InetAddress.getLoopbackAddress(), 0, Duration.ZERO, null, null);
    var server = AdminServer.start(config, pages, new MetricsTree());
    int port = server.address().getPort();

    int asked = health("127.0.0.1:" + port);
    int byPort = health(Integer.toString(port));
    int anyAddress = health("0.0.0.0:" + port);
    server.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(asked).isZero();
    assertThat(byPort).isZero();
    assertThat(anyAddress).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void isOneWithAReasonWhenNobodyListens() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }

    assertThat(health("127.0.0.1:" + free)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo("fairlead health: 127.0.0.1:" + free + ": Connection refused\n");
  }

  @Test
  void isOneWhenTheAddressIsNone() {
    assertThat(health("admin")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("not an address; set FAIRLEAD_ADMIN to host:port");
  }

  private int health(String admin) {
    return HealthCommand.run(
        Map.of("FAIRLEAD_ADMIN", admin), new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
