package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Python's h2, told to check nothing, asks what no caller may ask ({@code spec/threats.md} 28–30).
 */
@Timeout(120)
class HostilePythonTest {
  private static final Path SCRIPT = Parts.ROOT.resolve("proxy/src/test/python/h2_hostile.py");
  private static final String PROTOCOL_ERROR = "reset 1";

  @TempDir Path dir;

  @Test
  void whatIsMalformedIsResetAndReachesNoBackend() throws IOException {
    var reached = new AtomicInteger();
    try (var backend = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> count(backend, reached));
      try (var mesh = Mixed.start(dir, backend.getLocalPort());
          Program python =
              Program.start(
                  "h2_hostile",
                  List.of("python3", SCRIPT.toString(), String.valueOf(mesh.port)),
                  Map.of("PYTHONPATH", Parts.fetch("h2")))) {
        assertThat(python.awaitExit(Duration.ofSeconds(60))).isZero();

        var outcomes = new TreeMap<String, String>();
        python
            .output()
            .lines()
            .forEach(
                line -> {
                  int space = line.indexOf(' ');
                  outcomes.put(line.substring(0, space), line.substring(space + 1));
                });
        assertThat(outcomes).hasSize(23);
        assertThat(outcomes.remove("good")).isEqualTo("status 204");
        assertThat(outcomes.remove("long-head")).isEqualTo("status 431");
        assertThat(outcomes)
            .allSatisfy((name, outcome) -> assertThat(outcome).isEqualTo(PROTOCOL_ERROR));
      }
    }
    assertThat(reached).hasValue(1);
  }

  private static void count(ServerSocket backend, AtomicInteger requests) {
    while (!backend.isClosed()) {
      try (var socket = backend.accept()) {
        var in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        while (in.readLine() != null) {
          if (!in.ready()) {
            requests.incrementAndGet();
            socket
                .getOutputStream()
                .write("HTTP/1.1 204 No Content\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
          }
        }
      } catch (IOException _) { // The test is over.
        return;
      }
    }
  }

  /** One http router whose callers may speak HTTP/2, with a backend of HTTP/1. */
  private record Mixed(Fairlead fairlead, int port) implements AutoCloseable {
    static Mixed start(Path dir, int backend) throws IOException {
      int port = Parts.freePort("127.0.0.1");
      int admin = Parts.freePort("127.0.0.1");
      Path config = dir.resolve("mixed.yaml");
      java.nio.file.Files.writeString(
          config,
          """
          admin: {ip: 127.0.0.1, port: %d}
          routers:
          - protocol: http
            dtab: /svc => /$/inet/127.0.0.1/%d ;
            servers: [{port: %d, ip: 127.0.0.1, http2: true}]
          """
              .formatted(admin, backend, port));
      var fairlead = Fairlead.start(Place.loopback(), config, admin, Map.of());
      fairlead.awaitReady(port);
      return new Mixed(fairlead, port);
    }

    @Override
    public void close() {
      fairlead.close();
    }
  }
}
