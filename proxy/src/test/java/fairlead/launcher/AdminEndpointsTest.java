package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machine;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The table of {@code spec/admin.md} §3 on a whole proxy. */
@Timeout(120)
class AdminEndpointsTest {
  /** Target, status and type. */
  private static final String TABLE =
      """
      / | 200 | text/html;charset=UTF-8
      /?router=http | 200 | text/html;charset=UTF-8
      /services | 200 | text/html;charset=UTF-8
      /files/style.css | 200 | text/css;charset=UTF-8
      /files/main.js | 200 | text/javascript;charset=UTF-8
      /admin/files/style.css | 200 | text/css;charset=UTF-8
      /favicon.ico | 200 | image/svg+xml;charset=UTF-8
      /help | 200 | text/html;charset=UTF-8
      /delegator?router=http | 200 | text/html;charset=UTF-8
      /delegator.json?path=/svc/web&namespace=http | 200 | application/json
      /logging | 200 | text/html;charset=UTF-8
      /logging.json | 200 | application/json
      /config.json | 200 | application/json;charset=UTF-8
      /bound-names.json | 200 | application/json
      /client_state.json | 200 | application/json;charset=UTF-8
      /admin/metrics.json | 200 | application/json
      /admin/metrics/prometheus | 200 | text/plain
      /admin/metrics/influxdb | 200 | text/plain
      /admin/metrics/usage | 404 |
      /requests | 200 | text/html;charset=UTF-8
      /namer_state/io.l5d.fs.json | 200 | application/json
      /admin | 200 | text/plain
      /admin/index.txt | 200 | text/plain
      /admin/ping | 200 | text/plain;charset=UTF-8
      /admin/shutdown | 405 |
      /admin/server_info | 200 | text/plain;charset=UTF-8
      /admin/contention | 200 | text/plain;charset=UTF-8
      /admin/announcer | 200 | text/plain;charset=UTF-8
      /admin/lint | 200 | text/html;charset=UTF-8
      /admin/lint.json | 200 | application/json
      /admin/threads | 200 | text/html;charset=UTF-8
      /admin/threads.json | 200 | application/json
      /admin/pprof/heap | 500 | text/plain;charset=UTF-8
      /admin/pprof/profile?seconds=1&hz=1 | 200 | pprof/raw
      /admin/tracing | 200 | text/html;charset=UTF-8
      /admin/registry.json?filter=flags | 200 | application/json
      /metrics.json | 404 |
      /admin/metrics | 404 |
      /health | 404 |
      /abortabortabort | 404 |
      /quitquitquit | 404 |
      /admin/toggles | 404 |
      /admin/clients/ | 404 |
      /admin/servers/ | 404 |
      /stats.json | 404 |
      """;

  /** Target and status of a POST. */
  private static final String ANY_METHOD =
      """
      / | 200
      /admin/ping | 200
      /admin/metrics.json | 200
      /config.json | 200
      /admin/threads.json | 200
      /delegator.json | 415
      /nothing | 404
      """;

  private final HttpClient client = HttpClient.newHttpClient();
  private @Nullable Proxy proxy;

  @BeforeEach
  void start(@TempDir Path dir) throws IOException {
    String yaml =
        """
        admin: {port: 0}
        namers: [{kind: io.l5d.fs, rootDir: %s}]
        telemetry:
        - {kind: io.l5d.prometheus}
        - {kind: io.l5d.influxdb}
        - {kind: io.l5d.recentRequests, sampleRate: 1.0}
        routers: [{protocol: http, dtab: /svc => /#/io.l5d.fs, servers: [{port: 0}]}]
        """
            .formatted(dir);
    var in = new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
    var text = ConfigText.open("-", Map.of(), in);
    var loaded = ConfigurationLoader.load(text, Machine.real(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    proxy =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()),
            ShownConfig.of(loaded.tree()),
            1,
            _ -> {});
  }

  @AfterEach
  void stop() {
    client.close();
    if (proxy != null) {
      proxy.close();
    }
  }

  @Test
  void answersWithStatusAndType() throws Exception {
    for (String row : TABLE.lines().toList()) {
      String[] cells = row.split("\\s*\\|\\s*", -1);
      String type = cells.length < 3 ? "" : cells[2];
      var answer = send("GET", cells[0]);
      var head = send("HEAD", cells[0]);

      assertThat(answer.statusCode()).as(row).isEqualTo(Integer.parseInt(cells[1]));
      assertThat(type(answer)).as(row).isEqualTo(type);
      assertThat(head.statusCode()).as(row).isEqualTo(answer.statusCode());
      assertThat(type(head)).as(row).isEqualTo(type);
      assertThat(head.body()).as(row).isEmpty();
    }
  }

  @Test
  void whereTheTableHasNoMethodAnyWillDo() throws Exception {
    for (String row : ANY_METHOD.lines().toList()) {
      String[] cells = row.split("\\s*\\|\\s*", -1);

      assertThat(send("POST", cells[0]).statusCode()).as(row).isEqualTo(Integer.parseInt(cells[1]));
    }
  }

  @Test
  void theIndexListsThemAll() throws Exception {
    var lines = send("GET", "/admin/index.txt").body().lines().toList();

    assertThat(lines)
        .isSorted()
        .doesNotHaveDuplicates()
        .contains(
            "/",
            "/admin/contention",
            "/admin/lint.json",
            "/admin/pprof/profile",
            "/admin/registry.json",
            "/admin/threads",
            "/admin/tracing",
            "/delegator",
            "/help",
            "/logging",
            "/namer_state/io.l5d.fs.json",
            "/services");
  }

  @Test
  void lintFindsNothingInAFreshProxy() throws Exception {
    assertThat(send("GET", "/admin/lint.json").body())
        .contains("\"num_rules_run\":8,\"num_rules_ok\":8,\"num_rules_failed\":0");
  }

  @Test
  void theConfigurationIsShown() throws Exception {
    assertThat(send("GET", "/config.json").body())
        .contains("\"kind\":\"io.l5d.fs\"", "\"dtab\":\"/svc => /#/io.l5d.fs\"");
  }

  private HttpResponse<String> send(String method, String target) throws Exception {
    var admin = Objects.requireNonNull(proxy).adminAddress();
    var uri = URI.create("http://127.0.0.1:" + admin.getPort() + target);
    var request =
        HttpRequest.newBuilder(uri)
            .timeout(Duration.ofSeconds(60))
            .method(method, BodyPublishers.noBody())
            .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private static String type(HttpResponse<?> answer) {
    return answer.headers().firstValue("Content-Type").orElse("");
  }
}
