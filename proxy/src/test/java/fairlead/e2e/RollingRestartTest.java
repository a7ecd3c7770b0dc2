package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Load.Connections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three instances of a service, each a program, are restarted one after the other behind an
 * outgoing and an incoming router, with discovery by files, while callers ask at a constant rate.
 */
@Timeout(300)
class RollingRestartTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int INSTANCES = 3;

  /** Requests a second, half of them on new connections. */
  private static final int RATE = Integer.getInteger("fairlead.restart.rate", 2000);

  private final Place place = Place.loopback();
  private final List<Service> instances = new ArrayList<>();
  private int outgoing;
  private Fairlead fairlead;

  @TempDir Path dir;

  @BeforeEach
  void start() throws IOException {
    for (int i = 1; i <= INSTANCES; i++) {
      instances.add(Service.start(place, "web", "web-" + i));
    }
    tellDiscovery(instances);
    outgoing = Parts.freePort(ADDRESS);
    int incoming = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path config = dir.resolve("mesh.yaml");
    Files.writeString(
        config,
        """
        admin: {port: %1$d}
        namers: [{kind: io.l5d.fs, rootDir: %2$s}]
        routers:
        - protocol: http
          label: outgoing
          dtab: /svc => /#/io.l5d.fs
          interpreter:
            kind: default
            transformers: [{kind: io.l5d.port, port: %4$d}]
          servers: [{port: %3$d}]
        - protocol: http
          label: incoming
          dtab: /svc => /#/io.l5d.fs
          servers: [{port: %4$d}]
        """
            .formatted(admin, disco(), outgoing, incoming));
    fairlead = Fairlead.start(place, config, admin, Map.of());
    fairlead.awaitReady(outgoing, incoming);
  }

  @AfterEach
  void stop() {
    if (fairlead != null) {
      fairlead.close();
    }
    instances.forEach(Service::close);
  }

  @Test
  void takenOutOfDiscoveryBeforeTheyEndAndOnNewPortsNoRequestFails() throws Exception {
    try (var load = load()) {
      for (int i = 0; i < INSTANCES; i++) {
        var old = instances.get(i);
        var others = new ArrayList<>(instances);
        others.remove(old);
        tellDiscovery(others);
        Eventually.until("it is out of use", SOON, () -> !inUse(old));
        old.program().terminate();
        old.program().awaitExit(SOON);

        instances.set(i, Service.start(place, "web", old.id()));
        tellDiscovery(instances);
        var next = instances.get(i);
        Eventually.until("it is in use", SOON, () -> inUse(next));
        load.awaitSteady();
      }

      assertNoneFailed(load);
    }
  }

  @Test
  void restartedInPlaceWithoutAWordToDiscoveryNoRequestFails() throws Exception {
    try (var load = load()) {
      for (int i = 0; i < INSTANCES; i++) {
        var old = instances.get(i);
        old.program().terminate();
        old.program().awaitExit(SOON);

        instances.set(i, Service.start(place, "web", old.id(), old.port()));
        load.awaitSteady();
      }

      assertNoneFailed(load);
    }
  }

  private Path disco() {
    return dir.resolve("disco");
  }

  /** As a tool would: a whole new file in the old one's place. */
  private void tellDiscovery(List<Service> services) throws IOException {
    Path next = dir.resolve("web.next");
    Files.writeString(
        next,
        services.stream().map(s -> ADDRESS + " " + s.port() + "\n").collect(Collectors.joining()));
    Files.createDirectories(disco());
    Files.move(next, disco().resolve("web"), StandardCopyOption.ATOMIC_MOVE);
  }

  private boolean inUse(Service service) {
    return fairlead.admin("/client_state.json").contains(ADDRESS + ":" + service.port());
  }

  private FullLoad load() {
    var half = Load.Plan.of(place.at(outgoing), "web", "/", RATE / 2).patient(SOON);
    return FullLoad.warm(half.with(Connections.TAKEN_IN_TURN), half.with(Connections.NEW));
  }

  private static void assertNoneFailed(FullLoad load) throws InterruptedException {
    for (var report : load.endWithNoneFailed("rolling restart")) {
      assertThat(report.answeredBy()).hasSize(INSTANCES);
    }
  }
}
