package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.CallOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three backends behind two incoming routers behind an outgoing one, each a program of its own, are
 * restarted one after the other while callers ask and listen without pause.
 */
@Timeout(180)
class GrpcRollingRestartTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration SOON = Duration.ofSeconds(40);

  private final Place place = Place.loopback();
  private final List<GrpcBackend> backends = new ArrayList<>();
  private final List<Hop> incoming = new ArrayList<>();
  private @Nullable Hop outgoing;
  private @Nullable GrpcCaller caller;

  @TempDir Path dir;

  /** A program with one h2 router. */
  private record Hop(Fairlead fairlead, int port) {
    void restart() {
      fairlead.program().terminate();
      assertThat(fairlead.program().awaitExit(SOON)).as("%s", tail()).isEqualTo(143);
      assertThat(fairlead.program().output()).doesNotContain("Exception", "not done after");
      fairlead.startAgain();
      fairlead.awaitReady(port);
    }

    String tail() {
      return fairlead.program().tail();
    }
  }

  @BeforeEach
  void start() throws IOException {
    for (int n = 0; n < 3; n++) {
      backends.add(GrpcLoad.served(GrpcBackend.start()));
    }
    Path disco = Files.createDirectory(dir.resolve("disco"));
    String addresses =
        backends.stream().map(b -> ADDRESS + " " + b.port()).collect(Collectors.joining("\n"));
    Files.writeString(disco.resolve("echo"), addresses + "\n");
    incoming.add(hop("incoming-1", "/svc => /#/io.l5d.fs", disco));
    incoming.add(hop("incoming-2", "/svc => /#/io.l5d.fs", disco));
    String both =
        incoming.stream().map(hop -> ADDRESS + " " + hop.port()).collect(Collectors.joining("\n"));
    Path hosts = Files.createDirectory(dir.resolve("hosts"));
    Files.writeString(hosts.resolve("echo"), both + "\n");
    outgoing = hop("outgoing", "/svc => /#/io.l5d.fs", hosts);
    caller = GrpcCaller.of(outgoing.port());
  }

  private Hop hop(String label, String dtab, Path names) throws IOException {
    int port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path config =
        Files.writeString(
            dir.resolve(label + ".yaml"),
            """
            admin: {ip: 127.0.0.1, port: %d, shutdownGraceMs: 20000, lingerMs: 500}
            namers: [{kind: io.l5d.fs, rootDir: %s}]
            routers:
            - protocol: h2
              label: %s
              dtab: %s
              servers: [{port: %d, ip: 127.0.0.1}]
            """
                .formatted(admin, names, label, dtab, port));
    Fairlead fairlead = Fairlead.start(place, config, admin, Map.of());
    return new Hop(fairlead.awaitReady(port), port);
  }

  @AfterEach
  void stop() {
    if (caller != null) {
      caller.close();
    }
    if (outgoing != null) {
      outgoing.fairlead().close();
    }
    incoming.forEach(hop -> hop.fairlead().close());
    backends.forEach(GrpcBackend::close);
  }

  private GrpcLoad load(CallOptions options) {
    var load = GrpcLoad.start(Objects.requireNonNull(caller), options);
    awaitMore(load);
    return load;
  }

  /** Blocks until calls of each kind that began after now have ended well. */
  private void awaitMore(GrpcLoad load) {
    int unary = load.unary() + 50;
    int streams = load.streams() + 20;
    Eventually.until(
        () -> "the load goes on" + Objects.requireNonNull(outgoing).tail(),
        SOON,
        () -> load.unary() >= unary && load.streams() >= streams);
  }

  @Test
  void backendsAreRestartedAndNothingIsLost() throws Exception {
    var load = load(CallOptions.DEFAULT);

    for (int n = 0; n < backends.size(); n++) {
      int port = backends.get(n).port();
      backends.get(n).drain();
      awaitMore(load);
      var again = GrpcLoad.served(GrpcBackend.start(port, UnaryOperator.identity()));
      backends.set(n, again);
      Eventually.until("the backend is asked again", SOON, () -> again.streams() > 10);
    }

    assertThat(load.stop()).isEmpty();
  }

  @Test
  void backendsThatEndTheirConnectionsOftenLoseNothing() throws Exception {
    for (int n = 0; n < backends.size(); n++) {
      int port = backends.get(n).port();
      backends.get(n).close();
      backends.set(
          n,
          GrpcLoad.served(
              GrpcBackend.start(
                  port,
                  b ->
                      b.maxConnectionAge(300, TimeUnit.MILLISECONDS)
                          .maxConnectionAgeGrace(20, TimeUnit.SECONDS))));
    }
    var load = load(CallOptions.DEFAULT);

    for (int n = 0; n < 5; n++) {
      awaitMore(load);
    }

    assertThat(load.stop()).isEmpty();
  }

  @Test
  void incomingRoutersAreRestartedAndNothingIsLost() throws Exception {
    var load = load(CallOptions.DEFAULT);

    for (Hop hop : incoming) {
      hop.restart();
      awaitMore(load);
    }

    assertThat(load.stop()).isEmpty();
  }

  @Test
  void theCallersOwnRouterIsRestartedAndNothingIsLost() throws Exception {
    var load = load(CallOptions.DEFAULT.withWaitForReady());

    Objects.requireNonNull(outgoing).restart();
    awaitMore(load);

    assertThat(load.stop()).isEmpty();
  }
}
