package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A crowd of callers takes all the file descriptors that it is given. Needs no root. */
class FewDescriptorsTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final int LIMIT = 400;

  private final Place limited =
      new Place(
          "local", ADDRESS, List.of("sh", "-c", "ulimit -n " + LIMIT + "; exec \"$@\"", "sh"));

  @TempDir Path dir;

  @Test
  void fault25_aCrowdIsTurnedAwayWhileOthersAreServed() throws Exception {
    int port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    var crowd = new ArrayList<Socket>();
    try (Service web = Service.start(Place.loopback(), "web", "web-1");
        Fairlead fairlead = Fairlead.start(limited, config(port, admin, web), admin, Map.of())) {
      fairlead.awaitReady(port);
      try (Caller before = new Caller(limited.at(port), Duration.ofSeconds(10))) {
        assertThat(before.send("GET", "web", "/", "").status()).isEqualTo(200);
        for (int n = 0; n < LIMIT; n++) {
          crowd.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
        fairlead.program().awaitLine("connections are refused: half of all", Fairlead.START);

        assertThat(before.send("GET", "web", "/", "").status()).isEqualTo(200);
        assertThat(fairlead.pings())
            .as("the admin port answers%s", fairlead.program().tail())
            .isTrue();
      }
      for (Socket each : crowd) {
        each.close();
      }
      Eventually.until(
          () -> "a new caller is served" + fairlead.program().tail(),
          Duration.ofSeconds(20),
          () -> isServed(port));
    } finally {
      for (Socket each : crowd) {
        each.close();
      }
    }
  }

  private boolean isServed(int port) {
    try {
      Answer answer = Caller.once(limited.at(port), "web", "/");
      return answer.status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private Path config(int port, int admin, Service web) throws IOException {
    return Files.writeString(
        dir.resolve("fairlead.yaml"),
        """
        admin: {ip: 127.0.0.1, port: %d}
        routers:
        - protocol: http
          dtab: /svc/web => /$/inet/127.0.0.1/%d
          servers: [{port: %d}]
        """
            .formatted(admin, web.port(), port));
  }
}
