package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import fairlead.tls.TestCa;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin port over TLS, and who asks it ({@code spec/admin.md} §1, §9). */
class AdminTlsTest {
  private static final ExplainRequest WEB =
      new ExplainRequest("GET", "http://web/", List.of(), null);

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private @Nullable TestCa ca;
  private @Nullable Proxy proxy;

  @BeforeEach
  void issue() {
    ca = new TestCa(dir, "ca");
    ca.issue("admin.internal").write(dir, "admin");
  }

  @AfterEach
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void pagesAreServedInsideTls() throws IOException {
    startWith("");

    assertThat(secret(get("/admin/ping"))).startsWith("HTTP/1.1 200 OK\r\n").endsWith("pong");
    assertThat(secret(get("/config.json"))).startsWith("HTTP/1.1 200 OK\r\n");
  }

  @Test
  void inPlainTextOnlyThePingIsAnswered() throws IOException {
    startWith("");

    assertThat(plain(get("/admin/ping"))).startsWith("HTTP/1.1 200 OK\r\n").endsWith("pong");
    assertThat(plain(get("/config.json")))
        .startsWith("HTTP/1.1 403 Forbidden\r\n")
        .endsWith("this port speaks TLS (admin.tls); in plain text only /admin/ping is answered\n");
    assertThat(plain(get("/admin/metrics.json"))).startsWith("HTTP/1.1 403 ");
    assertThat(plain(get("/admin/shutdown").replace("GET", "POST"))).startsWith("HTTP/1.1 403 ");
  }

  @Test
  void healthNeedsNoKeys() throws IOException {
    startWith(", requireClientAuth: true, caCertPath: " + dir.resolve("ca.pem"));

    int code =
        HealthCommand.run(
            Map.of("FAIRLEAD_ADMIN", "127.0.0.1:" + adminPort()),
            new PrintStream(err, true, StandardCharsets.UTF_8));

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isZero();
  }

  @Test
  void explainLiveTrustsTheCertificateOfTheConfiguration() throws IOException {
    startWith("");

    ExitCode code = explain(file("").toString(), Map.of());

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("/svc/web", "127.0.0.1:1");
  }

  @Test
  void explainLiveShowsItWhereOneIsAskedFor() throws IOException {
    String both = ", requireClientAuth: true, caCertPath: " + dir.resolve("ca.pem");
    startWith(both);

    ExitCode code = explain(file(both).toString(), Map.of());

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isEqualTo(ExitCode.OK);
  }

  @Test
  void explainLiveTrustsNoOther() throws IOException {
    startWith("");
    Objects.requireNonNull(ca).issue("admin.internal").write(dir, "other");
    var file = file("");
    Files.writeString(file, Files.readString(file).replace("/admin.", "/other."));

    ExitCode code = explain(file.toString(), Map.of());

    assertThat(code).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .startsWith("fairlead: the admin port 127.0.0.1:" + adminPort() + " does not speak TLS as")
        .contains("the certificate is not the one in the configuration; name the configuration");
  }

  @Test
  void explainLiveWithoutConfigurationSaysWhatIsMissing() throws IOException {
    startWith("");
    String admin = "127.0.0.1:" + adminPort();

    ExitCode code = explain(null, Map.of("FAIRLEAD_ADMIN", admin));

    assertThat(code).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "fairlead: the admin port "
                + admin
                + " refuses: this port speaks TLS (admin.tls); in plain text only /admin/ping is"
                + " answered; where it speaks TLS, name the configuration with admin.tls\n");
  }

  @Test
  void whoHasNoCertificateIsNotServed() throws IOException {
    startWith(", requireClientAuth: true, caCertPath: " + dir.resolve("ca.pem"));

    // An alert, or a reset when the connection is closed before the request is written.
    assertThatThrownBy(() -> secret(get("/config.json"))).isInstanceOf(IOException.class);
  }

  @Test
  void theIdentifierPortNamesRequests() throws IOException {
    start(configuration("", "admin: {port: 0, httpIdentifierPort: 0}"));
    var address = Objects.requireNonNull(running().identifierAddress());

    assertThat(ask(plainSocket(address), "GET /users?x=1 HTTP/1.1\r\nHost: web\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("{\"http\":{\"path\":\"/svc/web\"},\"byPath\":{\"path\":\"/svc/users\"}}");
    assertThat(
            ask(
                plainSocket(address),
                "PUT / HTTP/1.1\r\nHost: web\r\nl5d-dtab: /a => /b\r\nContent-Length: 0\r\n\r\n"))
        .contains("{\"http\":{\"path\":\"/svc/web\",\"dtab\":\"/a => /b\"},\"byPath\":{\"error\":");
  }

  @Test
  void theIdentifierPortSpeaksTlsLikeTheAdminPort() throws IOException {
    start(
        configuration(
            "",
            "admin: {port: 0, httpIdentifierPort: 0, tls: {certPath: "
                + dir.resolve("admin.pem")
                + ", keyPath: "
                + dir.resolve("admin.key")
                + "}}"));
    var address = Objects.requireNonNull(running().identifierAddress());

    assertThat(ask(secretSocket(address), "GET / HTTP/1.1\r\nHost: web\r\n\r\n"))
        .contains("{\"http\":{\"path\":\"/svc/web\"}");
  }

  private void startWith(String tls) throws IOException {
    start(configuration(tls, null));
  }

  private void start(String configuration) throws IOException {
    var text = ConfigText.open("-", Map.of(), stream(configuration));
    var loaded = ConfigurationLoader.load(text, Machine.real(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()), ShownConfig.NOTHING, 1, _ -> {});
  }

  private String configuration(String tls, @Nullable String admin) {
    String usual =
        "admin: {port: 0, tls: {certPath: "
            + dir.resolve("admin.pem")
            + ", keyPath: "
            + dir.resolve("admin.key")
            + tls
            + "}}";
    return (admin == null ? usual : admin)
        + """

        routers:
        - protocol: http
          dtab: /svc => /$/inet/127.1/1
          servers: [{port: 0}]
        - protocol: http
          label: byPath
          identifier: {kind: io.l5d.path}
          servers: [{port: 0}]
        """;
  }

  /** The configuration as the command reads it, with the port that the system chose. */
  private Path file(String tls) throws IOException {
    return Files.writeString(
        dir.resolve("mesh.yaml"),
        configuration(tls, null).replaceFirst("port: 0", "port: " + adminPort()));
  }

  private ExitCode explain(@Nullable String config, Map<String, String> environment) {
    var inputs =
        new Inputs(
            environment,
            stream(""),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new ExplainCommand(inputs).run(config, WEB, true, false);
  }

  private Proxy running() {
    return Objects.requireNonNull(proxy);
  }

  private int adminPort() {
    return running().adminAddress().getPort();
  }

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
  }

  private String plain(String request) throws IOException {
    return ask(plainSocket(running().adminAddress()), request);
  }

  private String secret(String request) throws IOException {
    return ask(secretSocket(running().adminAddress()), request);
  }

  private static Socket plainSocket(InetSocketAddress address) throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), address.getPort());
  }

  private Socket secretSocket(InetSocketAddress address) throws IOException {
    return Objects.requireNonNull(ca)
        .context(null)
        .getSocketFactory()
        .createSocket(InetAddress.getLoopbackAddress(), address.getPort());
  }

  /** Reads up to the end, or what the first answer has. */
  private static String ask(Socket socket, String request) throws IOException {
    try (socket) {
      socket.setSoTimeout(20_000);
      String closing = request.replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
      socket.getOutputStream().write(closing.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
