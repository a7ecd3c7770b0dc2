package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * nghttp, h2load and curl speak through an outgoing and an incoming router to nghttpd and nginx.
 */
@Timeout(180)
class Http2PeersTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String TEXT = "a line of the answer\n".repeat(5_000);

  private final Place place = Place.loopback();

  @TempDir Path dir;
  private Path nghttp2 = Path.of("");

  @BeforeEach
  void fetch() throws IOException {
    nghttp2 = Path.of(Parts.fetch("nghttp2"));
    Path files = Files.createDirectories(dir.resolve("files"));
    Files.writeString(files.resolve("1k"), "x".repeat(1024));
    Files.writeString(files.resolve("text"), TEXT);
  }

  private Program nghttpd(int port, String... options) {
    var command = new ArrayList<>(List.of(nghttp2.resolve("nghttpd").toString(), "--no-tls"));
    command.addAll(List.of("-a", "127.0.0.1", "-d", dir.resolve("files").toString()));
    command.addAll(List.of(options));
    command.add(String.valueOf(port));
    return listening(place.start("nghttpd", Map.of(), command), port);
  }

  /**
   * nginx, which ends a connection by GOAWAY after so many requests.
   *
   * @param requests 1000 is its default
   */
  private Program nginx(int port, int requests) throws IOException {
    Path config = dir.resolve("nginx.conf");
    Files.writeString(
        config,
        """
        daemon off; master_process off; pid %1$s/nginx.pid; error_log stderr error;
        events { worker_connections 200; }
        http {
          access_log off; default_type text/plain; keepalive_requests %3$d;
          client_body_temp_path %1$s/b; proxy_temp_path %1$s/p; fastcgi_temp_path %1$s/f;
          uwsgi_temp_path %1$s/u; scgi_temp_path %1$s/s;
          server {
            listen 127.0.0.1:%2$d http2;
            root %1$s/files;
            location = /echo { return 200 "$request_method $host $http_via $http_x_word"; }
          }
        }
        """
            .formatted(dir, port, requests));
    var command = List.of(Parts.nginx(), "-e", "stderr", "-c", config.toString());
    return listening(place.start("nginx", Map.of(), command), port);
  }

  private Program listening(Program program, int port) {
    Eventually.until(
        () -> "it listens" + program.tail(), SOON, () -> Fairlead.accepts(place.at(port)));
    return program;
  }

  private Program start(String program, String... arguments) {
    var command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    return place.start(command.getFirst(), Map.of(), command);
  }

  /** Runs it to its end, which must be 0; returns what it printed. */
  private String run(String program, String... arguments) {
    try (Program started = start(program, arguments)) {
      assertThat(started.awaitExit(SOON)).as("%s", started.tail()).isZero();
      return started.output();
    }
  }

  private String nghttp(String... arguments) {
    return run(nghttp2.resolve("nghttp").toString(), arguments);
  }

  private void load(int requests, H2Hops hops, String path, String... options) {
    try {
      load(requests, hops.url(path), options);
    } catch (AssertionError e) {
      throw new AssertionError(e.getMessage() + hops.fairlead.program().tail(), e);
    }
  }

  /** Every request must be answered 200. */
  private void load(int requests, String url, String... options) {
    var arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-n", String.valueOf(requests), url));
    String said = run(nghttp2.resolve("h2load").toString(), arguments.toArray(new String[0]));
    assertThat(said)
        .contains(requests + " succeeded, 0 failed, 0 errored, 0 timeout")
        .contains("status codes: " + requests + " 2xx");
  }

  // --- load ---

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-c 8 -m 32",
        "-c 1 -m 100",
        "-c 4 -m 10 --header-table-size=0 --encoder-header-table-size=0",
        "-c 4 -m 10 --header-table-size=64K --encoder-header-table-size=64K"
      })
  void aLoadIsAnsweredWhole(String options) throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port);
        H2Hops hops = H2Hops.start(dir, port)) {
      load(10_000, hops, "/1k", options.split(" ", -1));

      assertThat(backend.running()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-w 10 -W 10", "-w 10", "-w 30 -W 16", "-w 16 -W 30"})
  void longAnswersPassThroughWindowsOfEverySize(String windows) throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port);
        H2Hops hops = H2Hops.start(dir, port)) {
      load(200, hops, "/text", ("-c 2 -m 10 " + windows).split(" ", -1));

      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void padDoesNotHurtFlowControl() throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port, "-b", "200");
        H2Hops hops = H2Hops.start(dir, port)) {
      load(1000, hops, "/text", "-c", "2", "-m", "10");

      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void aBackendOfFewStreamsGetsNoMoreThanItTakes() throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port, "-m", "4");
        H2Hops hops = H2Hops.start(dir, port)) {
      load(5000, hops, "/1k", "-c", "4", "-m", "50");

      assertThat(backend.running()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 1000})
  void nginxSaysGoAwayAfterSoManyRequestsAndNoneIsLost(int requests) throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nginx(port, requests);
        H2Hops hops = H2Hops.start(dir, port)) {
      load(10_000, hops, "/1k", "-c", "8", "-m", "32");
      load(200, hops, "/text", "-c", "2", "-m", "10");

      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void headersReachNginx() throws Exception {
    Parts.needProgram("curl", "curl");
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nginx(port, 1000);
        H2Hops hops = H2Hops.start(dir, port)) {
      String said = curl(hops, "/echo", "--http2-prior-knowledge", "-H", "x-word: hello");

      assertThat(said).isEqualTo("GET 127.0.0.1 h2 linkerd, h2 linkerd hello\n2 200");
      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void haproxyMayStandBefore() throws Exception {
    String haproxy = Parts.fetch("haproxy");
    int port = Parts.freePort("127.0.0.1");
    int edge = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port);
        H2Hops hops = H2Hops.start(dir, port);
        Program before = haproxy(haproxy, edge, hops.front)) {
      load(10_000, "http://127.0.0.1:" + edge + "/1k", "-c", "8", "-m", "32");
      load(200, "http://127.0.0.1:" + edge + "/text", "-c", "2", "-m", "10");

      assertThat(before.running()).isTrue();
      assertThat(backend.running()).isTrue();
    }
  }

  private Program haproxy(String program, int port, int to) throws IOException {
    Path config =
        Files.writeString(
            dir.resolve("haproxy.cfg"),
            """
            defaults
              mode http
              timeout connect 5s
              timeout client 20s
              timeout server 20s
            frontend f
              bind 127.0.0.1:%d proto h2
              default_backend b
            backend b
              server fairlead 127.0.0.1:%d proto h2
            """
                .formatted(port, to));
    var command = List.of(program, "-f", config.toString());
    return listening(place.start("haproxy", Map.of(), command), port);
  }

  // --- curl ---

  /** The body, a line break, then version and status. */
  private String curl(H2Hops hops, String path, String... options) {
    var arguments = new ArrayList<>(List.of("-s", "-S", "-m", "30"));
    arguments.addAll(List.of("-w", "\\n%{http_version} %{response_code}"));
    arguments.addAll(List.of(options));
    arguments.add(hops.url(path));
    return run("curl", arguments.toArray(new String[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"--http2-prior-knowledge", "--http2"})
  void curlSpeaksWithPriorKnowledgeAndByUpgrade(String option) throws Exception {
    Parts.needProgram("curl", "curl");
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port);
        H2Hops hops = H2Hops.start(dir, port)) {
      assertThat(curl(hops, "/text", option)).isEqualTo(TEXT + "\n2 200");
      assertThat(curl(hops, "/none", option)).endsWith("\n2 404");
      assertThat(curl(hops, "/text", option, "-I")).contains("content-length: " + TEXT.length());
      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void curlUploadsAndIsSentItBack() throws Exception {
    Parts.needProgram("curl", "curl");
    int port = Parts.freePort("127.0.0.1");
    Path text = dir.resolve("files/text");
    try (Program backend = nghttpd(port, "--echo-upload");
        H2Hops hops = H2Hops.start(dir, port)) {
      String said = curl(hops, "/1k", "--http2-prior-knowledge", "--data-binary", "@" + text);

      assertThat(said).isEqualTo(TEXT + "\n2 200");
      assertThat(backend.running()).isTrue();
    }
  }

  // --- nghttp ---

  @Test
  void trailersOfNghttpdReachNghttp() throws Exception {
    int port = Parts.freePort("127.0.0.1");
    try (Program backend = nghttpd(port, "--trailer", "x-sum: 1234");
        H2Hops hops = H2Hops.start(dir, port)) {
      String said = nghttp("-v", hops.url("/1k"));

      assertThat(said).containsSubsequence(":status: 200", "DATA frame", "x-sum: 1234");
      assertThat(backend.running()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-u", "--no-rfc7540-pri", "--expect-continue", "-b 100", "-w 10"})
  void nghttpUploadsAndIsSentItBack(String option) throws Exception {
    int port = Parts.freePort("127.0.0.1");
    Path text = dir.resolve("files/text");
    try (Program backend = nghttpd(port, "--echo-upload");
        H2Hops hops = H2Hops.start(dir, port)) {
      var arguments = new ArrayList<>(List.of("-d", text.toString(), hops.url("/1k")));
      if (!option.isEmpty()) {
        arguments.addAll(0, List.of(option.split(" ", -1)));
      }

      String said = nghttp(arguments.toArray(new String[0]));

      assertThat(said + "\n").isEqualTo(TEXT);
      assertThat(backend.running()).isTrue();
    }
  }

  @Test
  void trailersOfNghttpReachNghttpd() throws Exception {
    int port = Parts.freePort("127.0.0.1");
    Path text = dir.resolve("files/text");
    try (Program backend = nghttpd(port, "-v", "--echo-upload");
        H2Hops hops = H2Hops.start(dir, port)) {
      nghttp("--trailer", "x-sum: 1234", "-d", text.toString(), hops.url("/1k"));

      backend.awaitLine("x-sum: 1234", SOON);
    }
  }
}
