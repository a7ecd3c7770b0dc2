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

/** Python's websockets talks to itself through an outgoing and an incoming router (decision 12). */
@Timeout(120)
class WebSocketTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Path SCRIPTS = Parts.ROOT.resolve("proxy/src/test/python");

  @TempDir Path dir;
  private String pythonPath = "";

  @BeforeEach
  void fetch() {
    pythonPath = Parts.fetch("websockets");
  }

  private Program python(String script, String... arguments) {
    var command = new ArrayList<>(List.of("python3", SCRIPTS.resolve(script).toString()));
    command.addAll(List.of(arguments));
    return Program.start(script, command, Map.of("PYTHONPATH", pythonPath));
  }

  private static int portOf(Program server) {
    String line = server.awaitLine("listening on ", SOON);
    return Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
  }

  /** Both routers in one process. */
  private Fairlead serve(int outgoing, int backend) throws IOException {
    int incoming = Parts.freePort("127.0.0.1");
    int admin = Parts.freePort("127.0.0.1");
    Path config = dir.resolve("mesh.yaml");
    Files.writeString(
        config,
        """
        admin: {ip: 127.0.0.1, port: %4$d, shutdownGraceMs: 20000, lingerMs: 100}
        routers:
        - protocol: http
          label: outgoing
          dtab: /svc => /$/inet/127.0.0.1/%2$d ;
          servers: [{port: %1$d, ip: 127.0.0.1}]
        - protocol: http
          label: incoming
          dtab: /svc => /$/inet/127.0.0.1/%3$d ;
          interpreter:
            kind: default
            transformers: [{kind: io.l5d.specificHost, host: 127.0.0.1}]
          servers: [{port: %2$d, ip: 127.0.0.1}]
        """
            .formatted(outgoing, incoming, backend, admin));
    return Fairlead.start(Place.loopback(), config, admin, Map.of()).awaitReady(outgoing, incoming);
  }

  @Test
  void messagesPassBothWaysThroughTwoHopsAndTheCloseHandshakeToo() throws Exception {
    try (Program server = python("websocket_server.py")) {
      int outgoing = Parts.freePort("127.0.0.1");
      try (Fairlead fairlead = serve(outgoing, portOf(server));
          Program client = python("websocket_client.py", String.valueOf(outgoing), "talk")) {
        assertThat(client.awaitExit(SOON)).as("%s", client.tail()).isZero();

        assertThat(client.output()).isEqualTo("closed 4001");
        server.awaitLine("closed 4001 pong True", SOON);
        assertThat(fairlead.program().output()).doesNotContain("Exception");
      }
    }
  }

  @Test
  void whenTheProxyIsStoppedBothSidesAreTold1001() throws Exception {
    int waiting = 2;
    int busy = 3;
    try (Program server = python("websocket_server.py")) {
      int outgoing = Parts.freePort("127.0.0.1");
      var clients = new ArrayList<Program>();
      try (Fairlead fairlead = serve(outgoing, portOf(server))) {
        for (int n = 0; n < waiting + busy; n++) {
          String what = n < waiting ? "wait" : "busy";
          clients.add(python("websocket_client.py", String.valueOf(outgoing), what));
        }
        clients.forEach(client -> client.awaitLine("open", SOON));

        fairlead.program().terminate();

        for (var client : clients) {
          assertThat(client.awaitExit(SOON)).as("%s", client.tail()).isZero();
          assertThat(client.output()).isEqualTo("open\nclosed 1001");
        }
        assertThat(fairlead.program().awaitExit(SOON)).isEqualTo(143);
        Eventually.until(
            () -> "told to the server" + server.tail(),
            SOON,
            () ->
                server.output().lines().filter("closed 1001 pong True"::equals).count()
                    == waiting + busy);
        assertThat(fairlead.program().output()).doesNotContain("Exception", "not done after");
      } finally {
        clients.forEach(Program::close);
      }
    }
  }
}
