package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The proxies of the hosts that a service runs on go down, one after the other, while the service
 * stays: three hosts as three loopback addresses. Needs no root.
 */
class ProxyDownTest {
  private static final String EDGE = "127.0.0.1";
  private static final List<String> HOSTS = List.of("127.0.0.2", "127.0.0.3");

  @TempDir Path dir;

  @Test
  void fault38_otherHostsServeFirstAndThenTheServicesThemselves() throws Exception {
    int incoming = Parts.freePort(HOSTS.getFirst());
    int outgoing = Parts.freePort(EDGE);
    try (Service a = Service.start(at(HOSTS.getFirst()), "web", "web-a");
        Service b = Service.start(at(HOSTS.getLast()), "web", "web-b")) {
      Path disco = Files.createDirectories(dir.resolve("disco"));
      Files.writeString(
          disco.resolve("web"),
          "%s %d%n%s %d%n".formatted(a.place().address(), a.port(), b.place().address(), b.port()));
      try (Fairlead edge = edge(disco, outgoing, incoming);
          Fairlead onA = host(disco, HOSTS.getFirst(), incoming);
          Fairlead onB = host(disco, HOSTS.getLast(), incoming);
          Load load =
              Load.start(Place.loopback().at(outgoing), "web", "/", 15, Duration.ofSeconds(20))) {
        Eventually.pause(Duration.ofSeconds(1));
        assertThat(hops(outgoing)).as("both are up: by the proxies").isEqualTo(2);

        onA.program().kill();
        Eventually.pause(Duration.ofSeconds(1));
        for (int n = 0; n < 10; n++) {
          assertThat(hops(outgoing)).as("one is up: by that%s", edge.program().tail()).isEqualTo(2);
        }
        onB.program().kill();
        Eventually.pause(Duration.ofSeconds(2));
        assertThat(hops(outgoing)).as("none is up: directly").isEqualTo(1);

        onB.startAgain();
        Eventually.until(
            () -> "by the proxy again" + edge.program().tail(),
            Fairlead.START,
            () -> hops(outgoing) == 2);
        Load.Report report = load.stop();

        assertThat(report.failed()).as("%s%s", report, edge.program().tail()).isZero();
        assertThat(report.answeredBy())
            .containsOnlyKeys("web-a@" + HOSTS.getFirst(), "web-b@" + HOSTS.getLast());
      }
    }
  }

  private static Place at(String address) {
    return new Place(address, address, List.of());
  }

  /** How many proxies a request passed. */
  private static int hops(int port) {
    try {
      String body = body(port);
      return body.lines()
          .filter(line -> line.regionMatches(true, 0, "via:", 0, 4))
          .mapToInt(line -> line.split(",", -1).length)
          .sum();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String body(int port) throws IOException {
    try (Caller caller = new Caller(Place.loopback().at(port), Duration.ofSeconds(20))) {
      return caller.send("GET", "web", "/", "").body();
    }
  }

  private Fairlead edge(Path disco, int port, int incoming) throws IOException {
    return start(
        disco, EDGE, port, "{kind: io.l5d.port, port: " + incoming + ", directWhenDown: true}");
  }

  private Fairlead host(Path disco, String address, int port) throws IOException {
    return start(disco, address, port, "{kind: io.l5d.specificHost, host: " + address + "}");
  }

  private Fairlead start(Path disco, String address, int port, String transformer)
      throws IOException {
    int admin = Parts.freePort(address);
    Path config =
        Files.writeString(
            dir.resolve(address + ".yaml"),
            """
            admin: {ip: %1$s, port: %2$d}
            namers: [{kind: io.l5d.fs, rootDir: %3$s}]
            routers:
            - protocol: http
              dtab: /svc => /#/io.l5d.fs
              interpreter: {kind: default, transformers: [%5$s]}
              servers: [{port: %4$d, ip: %1$s}]
            """
                .formatted(address, admin, disco, port, transformer));
    return Fairlead.start(at(address), config, admin, Map.of()).awaitReady(port);
  }
}
