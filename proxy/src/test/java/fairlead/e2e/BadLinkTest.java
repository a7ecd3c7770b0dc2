package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A proxy and its backends on two hosts, with something wrong between them. Needs root, iptables
 * and tc.
 */
class BadLinkTest {
  private static final int PORT = 4140;
  private static final int ADMIN = 9990;
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ATTEMPT_MILLIS = 6000;

  @TempDir Path dir;
  private @Nullable Hosts hosts;
  private Place proxy;
  private Place backend;
  private final List<Service> services = new ArrayList<>();
  private Fairlead fairlead;

  @BeforeEach
  void start() throws IOException {
    Parts.needProgram("iptables", "iptables");
    Parts.needProgram("tc", "iproute2");
    var made = Hosts.create("P", "B");
    hosts = made;
    proxy = made.host("P");
    backend = made.host("B");
    services.add(Service.start(backend, "web", "web-1"));
    services.add(Service.start(backend, "web", "web-2"));
    fairlead = run();
  }

  @AfterEach
  void end() {
    services.forEach(Service::close);
    if (hosts != null) {
      hosts.close(); // with all that runs in them
    }
  }

  @Test
  void fault37_lossOfFivePercentFailsNoRequest() throws Exception {
    for (Place each : List.of(proxy, backend)) {
      String other = each.equals(proxy) ? backend.address() : proxy.address();
      iptables(each, "INPUT -s %s -m statistic --mode random --probability 0.05 -j DROP", other);
    }

    Load.Report report = load("/bytes/20000", 20, Duration.ofSeconds(8));

    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
    assertThat(retransmitted(backend)).as("segments sent again").isPositive();
  }

  /** Of what the backends send each tenth packet comes late, by another, slow way. */
  @Test
  void fault37_reorderedPacketsFailNoRequest() throws Exception {
    tc("qdisc add dev eth0 root handle 1: htb default 10");
    tc("class add dev eth0 parent 1: classid 1:10 htb rate 1gbit quantum 1600");
    tc("class add dev eth0 parent 1: classid 1:20 htb rate 5mbit quantum 1600");
    inside(backend, "ip", "link set eth0 gso_max_segs 1");
    iptables(
        backend,
        "OUTPUT -t mangle -d %s -m length --length 1000:65535 -m statistic --mode nth --every 10"
            + " --packet 0 -j CLASSIFY --set-class 1:20",
        proxy.address());

    Load.Report report = load("/bytes/100000", 10, Duration.ofSeconds(5));

    assertThat(report.failed()).as("%s%s", report, fairlead.program().tail()).isZero();
    assertThat(netstat(proxy, "TcpExtTCPOFOQueue")).as("segments out of order").isPositive();
  }

  /** Small packets pass, large ones vanish, and nobody is told: what is large comes to no end. */
  @Test
  void fault37_aBlackHoleForLargePacketsHoldsUpNobodyElse() throws Exception {
    String hole = "INPUT -s %s -m length --length 1000:65535 -j DROP";
    iptables(proxy, hole, backend.address());
    Load.Report small;
    try (Load load = Load.start(proxy.at(PORT), "web", "/", 15, PATIENCE)) {
      for (int n = 0; n < 5; n++) {
        try (Caller large = new Caller(proxy.at(PORT), Duration.ofSeconds(1))) {
          assertThat(large.send("GET", "web", "/bytes/100000", "").status()).isNotEqualTo(200);
        } catch (IOException _) {
          // Nothing comes, or the head and no more: the caller leaves.
        }
      }
      small = load.stop();
    }
    inside(proxy, "iptables", "-D " + hole.formatted(backend.address()));

    assertThat(small.failed()).as("%s%s", small, fairlead.program().tail()).isZero();
    assertThat(ask("/bytes/100000").status()).isEqualTo(200);
    Eventually.until(
        () -> "nothing is left in the hole" + fairlead.program().tail(),
        DEADLINE,
        () -> fairlead.metric("/client/#/io.l5d.fs/web/pending") == 0);
  }

  /** Connections that were just closed hold their ports, and there are ten ports in all. */
  @Test
  void fault25_withoutALocalPortRequestsGetAClear503UntilThereIsOne() throws Exception {
    proxy
        .start(
            "sysctl", Map.of(), List.of("sysctl", "-w", "net.ipv4.ip_local_port_range=30000 30004"))
        .awaitExit(DEADLINE);

    List<Answer> answers = atOnce(40, "/after/1500");

    var refused = answers.stream().filter(answer -> answer.status() != 200).toList();
    assertThat(refused).as("refused of 40").isNotEmpty().hasSizeLessThan(40);
    assertThat(refused)
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isEqualTo(503);
              assertThat(answer.body()).contains("No local port or file descriptor is left");
              assertThat(answer.header("l5d-retryable")).isEqualTo("true");
            });
    assertThat(fairlead.metric("connects_without_port_or_descriptor")).isPositive();
    assertThat(fairlead.metric("failure_accrual/removals")).as("no endpoint's fault").isZero();
    Load.Report after = load("/", 20, Duration.ofSeconds(2));
    assertThat(after.failed()).as("%s%s", after, fairlead.program().tail()).isZero();
  }

  private Answer ask(String path) throws IOException {
    try (Caller caller = new Caller(proxy.at(PORT), PATIENCE)) {
      return caller.send("GET", "web", path, "");
    }
  }

  private List<Answer> atOnce(int requests, String path) throws Exception {
    try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Answer> one = () -> ask(path);
      var answers = new ArrayList<Answer>();
      for (Future<Answer> each : callers.invokeAll(Collections.nCopies(requests, one))) {
        answers.add(each.get());
      }
      return answers;
    }
  }

  private Load.Report load(String path, int perSecond, Duration time) throws Exception {
    try (Load load = Load.start(proxy.at(PORT), "web", path, perSecond, PATIENCE)) {
      Eventually.pause(time);
      return load.stop();
    }
  }

  private Fairlead run() throws IOException {
    Path disco = Files.createDirectories(dir.resolve("disco"));
    Files.writeString(
        disco.resolve("web"),
        "%1$s %2$d%n%1$s %3$d%n"
            .formatted(backend.address(), services.get(0).port(), services.get(1).port()));
    Path config =
        Files.writeString(
            dir.resolve("fairlead.yaml"),
            """
            admin: {ip: 0.0.0.0, port: %d}
            namers: [{kind: io.l5d.fs, rootDir: %s}]
            routers:
            - protocol: http
              dtab: /svc => /#/io.l5d.fs
              client: {requestAttemptTimeoutMs: %d}
              servers: [{port: %d, ip: 0.0.0.0}]
            """
                .formatted(ADMIN, disco, ATTEMPT_MILLIS, PORT));
    var started = Fairlead.start(proxy, config, ADMIN, Map.of()).awaitReady(PORT);
    for (int n = 0; n < 20; n++) {
      Caller.once(proxy.at(PORT), "web", "/"); // whatever it is: all become quick by it
    }
    return started;
  }

  private static void iptables(Place place, String rule, String address) {
    inside(place, "iptables", "-A " + rule.formatted(address));
  }

  private void tc(String command) {
    inside(backend, "tc", command);
  }

  private static void inside(Place place, String program, String arguments) {
    var command = new ArrayList<>(place.prefix());
    command.add(program);
    command.addAll(List.of(arguments.split(" ", -1)));
    Program.run(DEADLINE, command.toArray(String[]::new));
  }

  private static long retransmitted(Place place) {
    return netstat(place, "TcpRetransSegs");
  }

  /** A counter of the place's own network stack. */
  private static long netstat(Place place, String counter) {
    var command = new ArrayList<>(place.prefix());
    command.addAll(List.of("nstat", "-az", counter));
    return Program.run(DEADLINE, command.toArray(String[]::new))
        .lines()
        .filter(line -> line.startsWith(counter + " "))
        .mapToLong(line -> Long.parseLong(line.strip().split(" +", -1)[1]))
        .sum();
  }
}
