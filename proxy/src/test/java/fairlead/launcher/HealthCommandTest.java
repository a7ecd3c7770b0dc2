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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        .isEqualTo(
            "fairlead health: 127.0.0.1:"
                + free
                + ": Connection refused; start Fairlead, or set FAIRLEAD_ADMIN to where its admin"
                + " port is\n");
  }

  @Test
  void isOneWithTheAnswerOfWhoeverElseListens() throws IOException {
    var config = new AdminConfig(InetAddress.getLoopbackAddress(), 0, Duration.ZERO, null, null);
    var other = AdminServer.start(config, new AdminPages(), new MetricsTree());
    int port = other.address().getPort();

    int code = health("127.0.0.1:" + port);
    other.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "fairlead health: 127.0.0.1:"
                + port
                + ": HTTP/1.1 404 Not Found; see that this is the admin port, and that"
                + " admin.security lets /admin/ping through\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"admin", "127.0.0.1:99999", "127.0.0.1:"})
  void isOneWhenTheAddressIsNone(String none) {
    assertThat(health(none)).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "fairlead health: FAIRLEAD_ADMIN: '"
                + none
                + "' is no address; use host:port, as in 127.0.0.1:9990\n");
  }

  private int health(String admin) {
    return HealthCommand.run(
        Map.of("FAIRLEAD_ADMIN", admin), new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
