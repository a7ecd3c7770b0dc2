package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.admin.AdminConfig;
import fairlead.admin.AdminPages;
import fairlead.admin.AdminResponse;
import fairlead.admin.AdminServer;
import fairlead.telemetry.MetricsTree;
import fairlead.tls.ServerTls;
import fairlead.tls.TestCa;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code --live} says of an admin port that is none, or not the one meant. */
class AdminClientTest {
  @TempDir Path dir;

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private AdminServer server;
  private String address;

  @BeforeEach
  void start() throws IOException {
    var config = new AdminConfig(InetAddress.getLoopbackAddress(), 0, Duration.ZERO, null, null);
    var pages = new AdminPages().add("/config.json", _ -> AdminResponse.text("hello").now());
    server = AdminServer.start(config, pages, new MetricsTree());
    address = "127.0.0.1:" + server.address().getPort();
  }

  @AfterEach
  void stop() {
    server.close(Duration.ZERO).toCompletableFuture().join();
  }

  @Test
  void aPortInPlainTextDoesNotSpeakTls() {
    var tls =
        new ServerTls(
            List.of(new TestCa(dir, "ca").issue("admin.internal").write(dir, "admin")),
            null,
            false,
            List.of(),
            List.of(),
            ServerTls.HANDSHAKE_TIMEOUT);

    assertThatThrownBy(() -> new AdminClient(address, "admin.port", tls).get("/explain"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the admin port " + address + " does not speak TLS as admin.tls")
        .hasMessageEndingWith("; name the configuration that the proxy there was started with");
  }

  @Test
  void aPortWithoutAProxyIsToldByItsAnswer() throws IOException {
    var client = new AdminClient(address, "admin.port", null);

    assertThat(client.get("/explain").status()).isEqualTo(404);
    assertThat(client.unexpected("/explain", "404"))
        .hasMessage(
            "the admin port "
                + address
                + " answers 404; see that admin.port is the admin port of a proxy, and that"
                + " admin.security lets /explain through");
  }

  @Test
  void checkNeedsAConfigurationForAnAnswer() throws IOException {
    assertThat(check(address)).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("fairlead: the admin port " + address + " answers something else than its conf")
        .contains("; see that FAIRLEAD_ADMIN is the admin port of a proxy");
  }

  @Test
  void checkSaysWhatIsWrongWithAnAddress() throws IOException {
    assertThat(check("x")).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "fairlead: FAIRLEAD_ADMIN: 'x' is no address; use host:port, as in"
                + " 127.0.0.1:9990\n");
  }

  private ExitCode check(String admin) throws IOException {
    Path file =
        Files.writeString(
            dir.resolve("f.yaml"), "routers: [{protocol: http, servers: [{port: 4140}]}]\n");
    var inputs =
        new Inputs(
            Map.of(HealthCommand.VARIABLE, admin),
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new LiveCheck(inputs).run(file.toString());
  }
}
