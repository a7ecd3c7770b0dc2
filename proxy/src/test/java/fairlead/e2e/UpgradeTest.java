package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.e2e.Load.Connections;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** One Fairlead after another on the same ports, under load (decision 24). */
@Timeout(300)
@EnabledOnOs(OS.LINUX)
class UpgradeTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Requests a second, half of them on new connections. */
  private static final int RATE = Integer.getInteger("fairlead.upgrade.rate", 2000);

  private static final int UPGRADES = Integer.getInteger("fairlead.upgrades", 3);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Place place = Place.loopback();
  private final List<AutoCloseable> started = new ArrayList<>();
  private int admin;
  private int port;
  private int backend;

  @TempDir Path dir;

  @BeforeEach
  void startBackend() throws IOException {
    admin = Parts.freePort(ADDRESS);
    port = Parts.freePort(ADDRESS);
    var service = Service.start(place, "web", "one");
    started.add(service);
    backend = service.port();
  }

  @AfterEach
  void stop() throws Exception {
    for (var each : started.reversed()) {
      each.close();
    }
  }

  @Test
  void fromOldToNewUnderLoadNoRequestFails() throws Exception {
    var running = start(true, List.of());
    running.awaitReady(port);
    try (var load = load()) {
      for (int i = 0; i < UPGRADES; i++) {
        var next = start(true, List.of("--replace"));
        next.program().awaitLine("initialized", SOON);
        assertThat(running.program().awaitExit(SOON)).isZero();
        running = next;
        load.awaitSteady();
      }

      load.endWithNoneFailed("upgrade");
    }
    assertThat(running.program().output()).contains("1 names are bound");
  }

  @Test
  void asAPlatformDoesItWithHealthChecksAndSigtermNoRequestFails() throws Exception {
    var running = start(true, List.of());
    running.awaitReady(port);
    try (var load = load()) {
      for (int i = 0; i < UPGRADES; i++) {
        var next = start(true, List.of());
        next.program().awaitLine("initialized", SOON);
        assertThat(health()).isZero();
        running.program().terminate();
        assertThat(running.program().awaitExit(SOON)).isEqualTo(143);
        assertThat(health()).isZero();
        running = next;
        load.awaitSteady();
      }

      load.endWithNoneFailed("upgrade");
    }
  }

  @Test
  void whenTheNewOneLeavesAgainTheOldOneHasThePortsBack() throws Exception {
    var old = start(true, List.of());
    old.awaitReady(port);
    try (var load = load()) {
      var next = start(true, List.of());
      next.program().awaitLine("initialized", SOON);
      load.awaitSteady();

      next.program().terminate();

      assertThat(next.program().awaitExit(SOON)).isEqualTo(143);
      load.awaitSteady();
      load.endWithNoneFailed("upgrade");
    }
    assertThat(old.program().running()).isTrue();
  }

  @Test
  void fault39_twoVersionsSideBySideOnOnePort() throws Exception {
    var old = start(true, List.of());
    old.awaitReady(port);
    try (var caller = new Caller(place.at(port), SOON)) {
      assertThat(caller.send("GET", "web", "/", "").status()).isEqualTo(200);

      var next = start(true, List.of());
      next.program().awaitLine("initialized", SOON);

      assertThat(caller.send("GET", "web", "/", "").status()).isEqualTo(200);
      for (int i = 0; i < 50; i++) {
        assertThat(Caller.once(place.at(port), "web", "/").status()).isEqualTo(200);
      }
      assertThat(requests(next)).as("new connections are the new one's").isEqualTo(50);
    }
  }

  @Test
  void fault39_aBuildOfAnotherVersionTakesOverAndTheOneOfBeforeAgain() throws Exception {
    Path before = Parts.build(dir, "7.0.1");
    Path after = Parts.build(dir, "7.1.0");
    var old = start(before, List.of());
    old.awaitReady(port);
    assertThat(version(old)).isEqualTo("7.0.1");
    try (var load = load()) {
      var next = start(after, List.of("--replace"));
      next.program().awaitLine("(7.0.1) has the ports; this one takes them over", SOON);
      next.program().awaitLine("initialized", SOON);
      assertThat(old.program().awaitExit(SOON)).isZero();
      assertThat(version(next)).isEqualTo("7.1.0");
      load.awaitSteady();

      var back = start(before, List.of("--replace")); // what was new did not please
      back.program().awaitLine("(7.1.0) has the ports; this one takes them over", SOON);
      back.program().awaitLine("initialized", SOON);
      assertThat(next.program().awaitExit(SOON)).isZero();
      assertThat(version(back)).isEqualTo("7.0.1");
      load.awaitSteady();

      load.endWithNoneFailed("upgrade");
    }
  }

  private static String version(Fairlead running) throws IOException {
    return JSON.readTree(running.admin("/admin/server_info")).path("version").asText();
  }

  @Test
  void withoutTheKeyThePortsAreTakenAndTheOldOneGoesOn() throws Exception {
    var old = start(true, List.of());
    old.awaitReady(port);

    var second = start(false, List.of());

    assertThat(second.program().awaitExit(SOON)).isEqualTo(69);
    assertThat(second.program().output()).contains("another process listens there");
    assertThat(Caller.once(place.at(port), "web", "/").status()).isEqualTo(200);
  }

  @Test
  void whoDoesNotShareIsNotTakenOverFrom() throws Exception {
    var old = start(false, List.of());
    old.awaitReady(port);

    var second = start(true, List.of("--replace"));

    assertThat(second.program().awaitExit(SOON)).isEqualTo(69);
    assertThat(Caller.once(place.at(port), "web", "/").status()).isEqualTo(200);
  }

  @Test
  void aStrangersPortIsTheErrorOfAlwaysAndTheOldOneGoesOn() throws Exception {
    var old = start(true, List.of());
    old.awaitReady(port);
    try (var stranger = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int taken = stranger.getLocalPort();
      int own = port;
      port = taken;

      var second = start(true, List.of("--replace"));

      assertThat(second.program().awaitExit(SOON)).isEqualTo(69);
      assertThat(second.program().output())
          .contains("routers[0].servers[0].port: " + taken + " on 127.0.0.1 cannot be had");
      assertThat(Caller.once(place.at(own), "web", "/").status()).isEqualTo(200);
    }
  }

  private Fairlead start(boolean shares, List<String> options) throws IOException {
    return start(Parts.classes(), shares, options);
  }

  private Fairlead start(Path build, List<String> options) throws IOException {
    return start(build, true, options);
  }

  private Fairlead start(Path build, boolean shares, List<String> options) throws IOException {
    Path config = Files.createTempFile(dir, "fairlead", ".yaml");
    Files.writeString(
        config,
        """
        sharePorts: %s
        admin: {port: %d, lingerMs: 1000}
        routers:
        - protocol: http
          label: out
          dtab: /svc/web => /$/inet/127.0.0.1/%d
          servers: [{port: %d}]
        """
            .formatted(shares, admin, backend, port));
    var program =
        Fairlead.start(place, config, admin, Map.of("FAIRLEAD_LOG_LEVEL", "INFO"), build, options);
    started.add(program);
    return program;
  }

  private FullLoad load() {
    var half = Load.Plan.of(place.at(port), "web", "/", RATE / 2).patient(SOON);
    return FullLoad.warm(half.with(Connections.TAKEN_IN_TURN), half.with(Connections.NEW));
  }

  private int health() {
    var environment = Map.of("FAIRLEAD_ADMIN", ADDRESS + ":" + admin);
    try (var health = Fairlead.command(place, environment, List.of("health"))) {
      return health.awaitExit(SOON);
    }
  }

  private static int requests(Fairlead fairlead) {
    return Integer.parseInt(
        fairlead
            .admin("/admin/metrics.json?q=rt/out/service/svc/web/requests")
            .replaceAll("\\D", ""));
  }
}
