package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import fairlead.e2e.FakeCatalog.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program with a Consul that is nervous. All instances are one backend, at as many
 * loopback addresses. Needs no root, but a system with 127.0.0.0/8.
 */
class CatalogFaultsTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final int RATE = 20;

  @TempDir Path dir;
  private FakeCatalog consul;
  private Service backend;
  private int port;
  private Fairlead fairlead;

  @BeforeEach
  void start() throws IOException {
    consul = FakeCatalog.start();
    backend = Service.start(new Place("any", "0.0.0.0", List.of()), "web", "web-1");
    consul.put("web", instances(0, 10));
    port = Parts.freePort(ADDRESS);
    int admin = Parts.freePort(ADDRESS);
    Path config = Files.writeString(dir.resolve("fairlead.yaml"), yaml(admin));
    fairlead =
        Fairlead.start(Place.loopback(), config, admin, List.of("-Xmx256m")).awaitReady(port);
  }

  @AfterEach
  void end() throws IOException {
    fairlead.close();
    backend.close();
    consul.close();
  }

  private String yaml(int admin) {
    return """
    admin: {ip: 127.0.0.1, port: %d}
    namers:
    - {kind: io.l5d.consul, host: 127.0.0.1, port: %d, useHealthCheck: true}
    routers:
    - protocol: http
      dtab: /svc => /#/io.l5d.consul/.local
      bindingCache: {paths: 6000, trees: 6000, bounds: 6000, clients: 6000}
      servers: [{port: %d, ip: 127.0.0.1}]
    """
        .formatted(admin, consul.port(), port);
  }

  /** So many of service number {@code service}: each with an address of its own. */
  private List<Instance> instances(int service, int count) {
    return IntStream.range(service * 10, service * 10 + count)
        .mapToObj(n -> new Instance("i" + n, address(n), backend.port(), true))
        .toList();
  }

  private static String address(int n) {
    return "127." + (1 + n / 62500) + "." + (n / 250 % 250) + "." + (1 + n % 250);
  }

  @Test
  void fault12_checksThatFlapOnceASecondRebuildABalancerNoOftener() throws Exception {
    consul.put("calm", instances(1, 10));
    assertThat(askFor("calm", "/", Duration.ofSeconds(10)).status()).isEqualTo(200);
    int changes = 0;
    Load.Report report;
    try (Load load = load("/")) {
      Eventually.pause(Duration.ofSeconds(1));
      for (int n = 0; n < 5; n++) {
        for (boolean passing : List.of(false, true)) {
          var all = new ArrayList<>(instances(0, 10));
          Instance first = all.getFirst();
          all.set(0, new Instance(first.id(), first.address(), first.port(), passing));
          consul.put("web", all);
          changes++;
          Eventually.pause(Duration.ofMillis(500));
        }
      }
      report = load.stop();
    }

    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
    double rebuilds = fairlead.metric("/web/loadbalancer/rebuilds");
    assertThat(rebuilds).as("rebuilds of %d changes", changes).isBetween(3.0, changes + 1.0);
    assertThat(fairlead.metric("/calm/loadbalancer/rebuilds")).as("of another").isEqualTo(1);
    assertThat(fairlead.metric("/web/connects"))
        .as("connections: the nine that stay keep theirs")
        .isLessThan(200);
  }

  private Load load(String path) {
    return Load.start(Place.loopback().at(port), "web", path, RATE, Duration.ofSeconds(20));
  }

  private Answer askFor(String service, String path, Duration patience) throws IOException {
    try (Caller caller = new Caller(Place.loopback().at(port), patience)) {
      return caller.send("GET", service, path, "");
    }
  }
}
