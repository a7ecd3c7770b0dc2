package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import fairlead.e2e.FakeCatalog.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program with a catalog of the largest size that is promised, all of it in use. All
 * instances are one backend, at as many loopback addresses. Needs no root, but a system with
 * 127.0.0.0/8.
 */
class CatalogSizeTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int SERVICES = 5000;
  private static final int INSTANCES = 4;

  @TempDir Path dir;

  @Test
  void fault13_fiveThousandServicesOfTwentyThousandInstances() throws Exception {
    int port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    try (FakeCatalog consul = FakeCatalog.start();
        Service backend = Service.start(new Place("any", "0.0.0.0", List.of()), "web", "web-1")) {
      for (int n = 0; n < SERVICES; n++) {
        consul.put("s" + n, instances(n * INSTANCES, INSTANCES, backend.port()));
      }
      Path config = Files.writeString(dir.resolve("size.yaml"), yaml(admin, consul.port(), port));
      try (Fairlead fairlead =
          Fairlead.start(Place.loopback(), config, admin, List.of("-Xmx256m", "-Xmn6m"))) {
        fairlead.awaitReady(port);
        useAll(fairlead.program(), port);
        restCheaply(fairlead.program());

        consul.put("s1", instances(SERVICES * INSTANCES, 1, backend.port()));
        assertThat(ask(port, "s1").status()).isEqualTo(200);
        assertThat(fairlead.metric("/memory_refused")).isZero();
        assertThat(fairlead.metric("bindcache/path/evicts")).as("let go of").isZero();
      }
    }
  }

  private static List<Instance> instances(int first, int count, int port) {
    return IntStream.range(first, first + count)
        .mapToObj(n -> new Instance("i" + n, address(n), port, true))
        .toList();
  }

  private static String address(int n) {
    return "127." + (1 + n / 62500) + "." + (n / 250 % 250) + "." + (1 + n % 250);
  }

  /** Connections are kept for a second only: five thousand are more than the backend bears. */
  private static String yaml(int admin, int consul, int port) {
    return """
    admin: {ip: 127.0.0.1, port: %d}
    namers:
    - {kind: io.l5d.consul, host: 127.0.0.1, port: %d, useHealthCheck: true}
    routers:
    - protocol: http
      dtab: /svc => /#/io.l5d.consul/.local
      bindingCache: {paths: 6000, trees: 6000, bounds: 6000, clients: 6000}
      client: {clientSession: {idleTimeMs: 1000}}
      servers: [{port: %d, ip: 127.0.0.1}]
    """
        .formatted(admin, consul, port);
  }

  /** A few at a time. */
  private static void useAll(Program program, int port) throws Exception {
    List<Callable<Integer>> questions =
        IntStream.range(0, SERVICES)
            .<Callable<Integer>>mapToObj(n -> () -> ask(port, "s" + n).status())
            .toList();
    Map<Integer, Long> statuses;
    try (var callers = Executors.newFixedThreadPool(16)) {
      statuses =
          callers.invokeAll(questions).stream()
              .map(Future::resultNow)
              .collect(Collectors.groupingBy(status -> status, Collectors.counting()));
    }
    assertThat(statuses).as(program::tail).containsExactly(Map.entry(200, (long) SERVICES));
  }

  private static void restCheaply(Program program) {
    Duration before = program.cpu();
    Eventually.pause(Duration.ofSeconds(4));
    Duration used = program.cpu().minus(before);

    assertThat(used).as("CPU of four seconds without a request").isLessThan(Duration.ofSeconds(2));
    assertThat(program.residentKib() / 1024).as("MiB of memory").isLessThan(500);
  }

  private static Answer ask(int port, String service) throws IOException {
    try (Caller caller = new Caller(Place.loopback().at(port), PATIENCE)) {
      return caller.send("GET", service, "/", "");
    }
  }
}
