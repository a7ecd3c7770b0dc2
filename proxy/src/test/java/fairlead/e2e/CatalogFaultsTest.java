package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import fairlead.e2e.FakeCatalog.Instance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real program with a Consul that drips its answers, whose checks flap, or that is away for a
 * moment, and with backends that drip theirs. All instances are one backend, at as many loopback
 * addresses. Needs no root, but a system with 127.0.0.0/8.
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
  void fault10_aConsulThatDripsHurtsNobodyElse() throws Exception {
    consul.put("slow", instances(1, 2));
    consul.drip("slow", true);
    Answer slow;
    Load.Report report;
    try (Load load = load("/")) {
      slow = askFor("slow", "/", Duration.ofSeconds(30));
      report = load.stop();
    }
    consul.drip("slow", false);

    assertThat(slow.status()).as("%s", slow).isBetween(502, 503);
    assertThat(slow.header("l5d-err")).isNotEmpty();
    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
    Eventually.until(
        () -> "served once Consul is quick" + fairlead.program().tail(),
        Fairlead.START,
        () -> isServed("slow"));
  }

  @Test
  void fault10_backendsThatDripAreWaitedForAndHurtNobodyElse() throws Exception {
    assertThat(askFor("web", "/", Duration.ofSeconds(10)).status()).isEqualTo(200);
    List<Answer> drips;
    Load.Report report;
    try (Load load = load("/")) {
      drips = atOnce(100, _ -> askFor("web", "/drip/4", Duration.ofSeconds(20)));
      report = load.stop();
    }

    assertThat(drips).allSatisfy(answer -> assertThat(answer.body()).isEqualTo("xxxx"));
    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
    assertThat(report.slowest()).as("beside a hundred drips").isLessThan(Duration.ofSeconds(15));
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

  /** Not all ask at the same moment, neither at once nor when they try again. */
  @Test
  void fault14_afterAConsulRestartTheWatchesComeBackSpreadOut() throws Exception {
    var names = IntStream.range(1, 80).mapToObj(n -> "s" + n).toList();
    for (int n = 0; n < names.size(); n++) {
      consul.put(names.get(n), instances(n, 2));
    }
    assertThat(askEach(names)).allSatisfy(answer -> assertThat(answer.status()).isEqualTo(200));
    long largest = Long.MAX_VALUE;
    Load.Report report;
    try (Load load = load("/")) {
      // A machine that stood still for a moment bundles them too: hardly three times.
      for (int n = 0; n < 3 && largest > names.size() / 3; n++) {
        Eventually.pause(Duration.ofMillis(1500));
        largest = Math.min(largest, largestBundleAfterARestart(names));
      }
      report = load.stop();
    }

    assertThat(largest)
        .as("of %d watches, in the same tenth of a second", names.size())
        .isLessThanOrEqualTo(names.size() / 3);
    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
  }

  /** How many watches, of all that must come back, did so within the same tenth of a second. */
  private long largestBundleAfterARestart(List<String> names) throws IOException {
    consul.goAway();
    Eventually.pause(Duration.ofSeconds(3));
    var _ = consul.asked();
    consul.comeBack();
    var first = new HashMap<String, Long>();
    Eventually.until(
        () -> "all watches are back, not only " + first.keySet() + fairlead.program().tail(),
        Fairlead.START,
        () -> {
          consul.asked().forEach(each -> first.merge(each.service(), each.nanos(), Math::min));
          return first.keySet().containsAll(names);
        });
    return first.values().stream()
        .collect(Collectors.groupingBy(nanos -> nanos / 100_000_000, Collectors.counting()))
        .values()
        .stream()
        .max(Long::compare)
        .orElseThrow();
  }

  private Load load(String path) {
    return Load.start(Place.loopback().at(port), "web", path, RATE, Duration.ofSeconds(20));
  }

  private Answer askFor(String service, String path, Duration patience) throws IOException {
    try (Caller caller = new Caller(Place.loopback().at(port), patience)) {
      return caller.send("GET", service, path, "");
    }
  }

  private boolean isServed(String service) {
    try {
      return askFor(service, "/", Duration.ofSeconds(15)).status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  private interface Ask<T> {
    Answer of(T what) throws IOException;
  }

  private List<Answer> atOnce(int requests, Ask<Integer> ask) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      return ended(
          callers.invokeAll(
              IntStream.range(0, requests)
                  .<Callable<Answer>>mapToObj(n -> () -> ask.of(n))
                  .toList()));
    }
  }

  /** A few at a time. */
  private List<Answer> askEach(List<String> names) throws Exception {
    try (ExecutorService callers = Executors.newFixedThreadPool(16)) {
      return ended(
          callers.invokeAll(
              names.stream()
                  .<Callable<Answer>>map(name -> () -> askFor(name, "/", Duration.ofSeconds(20)))
                  .toList()));
    }
  }

  private static List<Answer> ended(List<Future<Answer>> all) throws Exception {
    var answers = new ArrayList<Answer>();
    for (Future<Answer> each : all) {
      answers.add(each.get());
    }
    return answers;
  }
}
