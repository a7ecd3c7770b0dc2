package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
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

/** {@code fairlead explain --live} against a proxy that runs. */
class ExplainLiveTest {
  private static final String RUNNING =
      """
      admin: {port: 0}
      routers:
      - protocol: http
        dtab: /svc => /$/inet/127.1/1
        servers: [{port: 0}]
      """;
  private static final ExplainRequest WEB =
      new ExplainRequest("GET", "http://web/", List.of(), null);

  @TempDir Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private @Nullable Proxy proxy;
  private String admin = "";

  @BeforeEach
  void start() throws IOException {
    var text = ConfigText.open("-", Map.of(), stream(RUNNING));
    var loaded = ConfigurationLoader.load(text, Machine.real(Map.of()));
    var configuration = Objects.requireNonNull(loaded.configuration());
    Proxy started = Proxy.start(configuration, ShownConfig.NOTHING, 1, _ -> {});
    proxy = started;
    admin = "127.0.0.1:" + started.adminAddress().getPort();
  }

  @AfterEach
  void stop() {
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void needsNoConfigurationWhereTheAdminPortIsKnown() {
    ExitCode code = ask(null, Map.of("FAIRLEAD_ADMIN", admin));

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("/svc/web", "127.0.0.1:1");
  }

  @Test
  void whoIsOutIsToldWithTheReason() throws IOException {
    var address = Objects.requireNonNull(proxy).addresses("http").getFirst();
    try (var caller = new Socket(address.getAddress(), address.getPort())) {
      caller
          .getOutputStream()
          .write("GET / HTTP/1.0\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(caller.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
          .contains(" 502 Bad Gateway");
    }

    ask(null, Map.of("FAIRLEAD_ADMIN", admin));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .containsPattern("127.0.0.1:1  out for 5000 ms: .*Connection refused")
        .contains("the only one is taken, though it is out");
  }

  @Test
  void readsOnlyTheAdminBlockOfTheConfiguration() throws IOException {
    Path file = dir.resolve("mesh.yaml");
    Files.writeString(
        file,
        RUNNING
            .replace("port: 0}\nrouters", "port: " + admin.replaceFirst(".*:", "") + "}\nrouters")
            .replace("/$/inet/127.1/1", "$NOT_SET_HERE"));

    ExitCode code = ask(file.toString(), Map.of());

    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(code).isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("/svc/web");
  }

  @Test
  void aFaultInTheAdminBlockIsTold() throws IOException {
    Path file = dir.resolve("mesh.yaml");
    Files.writeString(file, RUNNING.replace("admin: {port: 0}", "admin: {port: $NOT_SET_HERE}"));

    ExitCode code = ask(file.toString(), Map.of());

    assertThat(code).isEqualTo(ExitCode.CONFIGURATION);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("mesh.yaml:1:15: admin.port: ", "NOT_SET_HERE");
  }

  @Test
  void nobodyThereIsToldWithTheAddress() {
    Objects.requireNonNull(proxy).close();
    proxy = null;

    ExitCode code = ask(null, Map.of("FAIRLEAD_ADMIN", admin));

    assertThat(code).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "fairlead: no proxy answers on the admin port "
                + admin
                + ": nobody listens; start it, set FAIRLEAD_ADMIN to where it is, or leave --live"
                + " out\n");
  }

  private ExitCode ask(@Nullable String config, Map<String, String> environment) {
    var inputs =
        new Inputs(
            environment,
            stream(""),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new ExplainCommand(inputs).run(config, WEB, true, false);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
