package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Behind a real HAProxy that says with the PROXY protocol whom it speaks for. Needs no root. */
class HaproxyTest {
  private static final String ADDRESS = "127.0.0.1";

  private final Place place = Place.loopback();

  @TempDir Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c"})
  void threat49_whatHaproxySaysOfItsCallerIsForwarded(String option) throws Exception {
    String haproxy = Parts.fetch("haproxy");
    int front = Parts.freePort(ADDRESS);
    int port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    try (Service web = Service.start(place, "web", "web-1");
        Fairlead fairlead = Fairlead.start(place, config(port, admin, web), admin, Map.of());
        Program edge = edge(haproxy, front, port, option)) {
      Eventually.until(
          () -> "an answer" + fairlead.program().tail() + edge.tail(),
          Fairlead.START,
          () -> fairlead.pings() && isServed(front));
      try (Caller caller = new Caller(place.at(front), Duration.ofSeconds(10))) {
        Answer answer = caller.send("GET", "web", "/", "");

        assertThat(answer.status()).as("%s%s", answer, fairlead.program().tail()).isEqualTo(200);
        assertThat(answer.body().toLowerCase(Locale.ROOT))
            .contains("for=\"127.0.0.1:" + caller.port() + "\"", "by=\"127.0.0.1:" + front + "\"");
      }
    }
  }

  private boolean isServed(int front) {
    try {
      return Caller.once(place.at(front), "web", "/").status() == 200;
    } catch (java.io.IOException _) {
      return false;
    }
  }

  private Path config(int port, int admin, Service web) throws Exception {
    return Files.writeString(
        dir.resolve("fairlead.yaml"),
        """
        admin: {ip: 127.0.0.1, port: %d}
        routers:
        - protocol: http
          dtab: /svc/web => /$/inet/127.0.0.1/%d
          servers:
          - port: %d
            proxyProtocol: {from: [127.0.0.0/8]}
            addForwardedHeader: {by: {kind: 'ip:port'}, for: {kind: 'ip:port'}}
        """
            .formatted(admin, web.port(), port));
  }

  private Program edge(String haproxy, int front, int port, String option) throws Exception {
    Path config =
        Files.writeString(
            dir.resolve("haproxy.cfg"),
            """
            defaults
              mode tcp
              timeout connect 5s
              timeout client 20s
              timeout server 20s
            frontend f
              bind 127.0.0.1:%d
              default_backend b
            backend b
              server fairlead 127.0.0.1:%d %s
            """
                .formatted(front, port, option));
    return place.start("haproxy", Map.of(), List.of(haproxy, "-f", config.toString()));
  }
}
