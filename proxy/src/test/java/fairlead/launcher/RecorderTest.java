package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a running proxy notes, asked for on its admin port. The recorder is the whole JVM's. */
@Timeout(120)
class RecorderTest {
  private static final String CONFIG =
      """
      admin: {port: 0}
      routers:
      - protocol: http
        dtab: /svc => /$/inet/127.0.0.1/DEAD
        interpreter: {kind: io.l5d.fs, dtabFile: RULES}
        servers: [{port: 0, diagnostics: {slowRequestMs: 1}}]
      """;

  @TempDir Path dir;

  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Proxy proxy;
  private int dead;

  @BeforeEach
  void start() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      dead = socket.getLocalPort();
    }
    Path rules = Files.writeString(dir.resolve("rules.dtab"), "/a => /b");
    String yaml = CONFIG.replace("DEAD", Integer.toString(dead)).replace("RULES", rules.toString());
    var loaded = ConfigurationLoader.load(ConfigText.of("f.yaml", yaml), Machines.host(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()), ShownConfig.NOTHING, 1, _ -> {});
  }

  @AfterEach
  void stop() {
    client.close();
    if (proxy != null) {
      proxy.close();
    }
  }

  private HttpResponse<String> get(int port, String target) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + port + target);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> recorder(String query) throws Exception {
    int admin = Objects.requireNonNull(proxy).adminAddress().getPort();
    return get(admin, "/recorder.json" + query);
  }

  private List<String> events(String query) throws Exception {
    return recorder(query).body().lines().toList();
  }

  @Test
  void whatFailedAndWhoIsOutAreTold() throws Exception {
    int port = Objects.requireNonNull(proxy).addresses("http").getFirst().getPort();

    assertThat(get(port, "/users?token=secret").statusCode()).isEqualTo(502);

    String service = "/svc/127.0.0.1:" + port;
    assertThat(events("?kind=failed"))
        .anyMatch(
            line ->
                line.contains("\"subject\":\"" + service + "\"")
                    && line.contains("GET 127.0.0.1:" + port + "/users to /$/inet/"))
        .noneMatch(line -> line.contains("secret"));
    assertThat(events("?kind=health"))
        .anyMatch(line -> line.contains("127.0.0.1:" + dead) && line.contains("out for "));
    assertThat(events("?kind=listener,dtab"))
        .anyMatch(line -> line.contains("listens on port " + port))
        .anyMatch(line -> line.contains("rules.dtab") && line.contains("now /a=>/b"))
        .noneMatch(line -> line.contains("\"kind\":\"health\""));
  }

  @Test
  void aFaultThatNobodyCaughtIsNotedAndAllIsPrinted() throws Exception {
    var before = Thread.getDefaultUncaughtExceptionHandler();
    var printed = new ByteArrayOutputStream();
    try {
      Recorder.dumpTo(new PrintStream(printed, true, StandardCharsets.UTF_8));
      Thread.ofPlatform()
          .name("unlucky")
          .start(
              () -> {
                throw new IllegalStateException("as scripted");
              })
          .join();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
    }

    assertThat(printed.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.contains("listens on port"))
        .last()
        .asString()
        .contains("\"subject\":\"unlucky\"", "IllegalStateException: as scripted");
  }

  @Test
  void onlyWhatCameSinceIsToldAndTheTypeSaysLines() throws Exception {
    var answer = recorder("?since=2h");

    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/x-ndjson");
    assertThat(answer.body()).isNotEmpty();
    assertThat(events("?since=2999-01-01T00:00:00Z")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "?kind=healthy | kind: 'healthy' is none; write one or more of"
            + " process,reload,listener,dtab,discovery,health,failed,slow",
        "?since=soon | since: 'soon' is no time; write 30s, 5m, 2h or 2031-05-01T10:00:00Z",
      })
  void aBadQuestionIsToldWithItsMend(String query, String told) throws Exception {
    var answer = recorder(query);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).isEqualTo(told + "\n");
  }
}
