package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image of {@code deploy/} as ECS runs it: read-only, no rights, uid 10001, PID 1, in host and
 * in bridge mode, on hosts with a real Consul agent and with AWS's metadata services.
 */
@ExtendWith(BuiltImage.class)
class ContainerTest {
  private static final Path DEPLOY = Parts.ROOT.resolve("deploy");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int OUTGOING = 4140;
  private static final int INCOMING = 4141;
  private static final int ADMIN = 9990;

  @TempDir private static Path dir;
  private static @Nullable Hosts made;
  private static @Nullable ConsulAgent started;
  private static @Nullable Service service;

  private final Podman podman = BuiltImage.podman();
  private final Hosts hosts = Objects.requireNonNull(made);
  private final ConsulAgent consul = Objects.requireNonNull(started);
  private final Place onB = hosts.host("B");

  @BeforeAll
  static void build() throws IOException {
    Hosts three = Hosts.create("B", "E", "M");
    made = three;
    ConsulAgent agent =
        ConsulAgent.server(three.host("B"), dir.resolve("consul"), ConsulAgent.Ports.USUAL);
    started = agent;
    Service web = Service.start(three.host("B"), "web", "web-1");
    service = web;
    agent.register(web);
    agent.awaitPassing("web", 1, SOON);
  }

  @AfterAll
  static void tearDown() throws Exception {
    for (AutoCloseable part : new @Nullable AutoCloseable[] {service, started, made}) {
      if (part != null) {
        part.close();
      }
    }
  }

  @Test
  void hostFromLocalIpRunsUnchangedReadOnlyWithoutRightsAndEndsWith143() throws Exception {
    try (Container container = localIp(List.of("--env", "LOCAL_IP=" + onB.address()))) {
      serves(container, onB, "web", "web-1@B");
      String status = container.proc("status");
      String mounts = container.proc("mountinfo");
      int healthy = container.exec("/opt/fairlead/bin/health");
      container.terminate();
      int exit = container.awaitExit(SOON);

      assertThat(field(status, "Uid")).isEqualTo("10001 10001 10001 10001");
      assertThat(field(status, "CapBnd")).as("capabilities").isEqualTo("0000000000000000");
      assertThat(field(status, "NSpid")).as("its pid outside and inside").endsWith(" 1");
      assertThat(mounts.lines().filter(line -> line.contains(" / / ")))
          .as("the root")
          .allMatch(line -> line.contains(" / / ro,"))
          .isNotEmpty();
      assertThat(healthy).as("health command of the task definition").isZero();
      assertThat(exit).as("%s", container.tail()).isEqualTo(143);
      assertThat(container.output())
          .as("a clean end")
          .doesNotContain("shutdown: ADMIN", "Exception");
    }
  }

  /** The value of a line of {@code /proc/PID/status}. */
  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).strip().replace('\t', ' '))
        .findFirst()
        .orElse("");
  }

  @Test
  void sigtermTellsEachCallerToGoAndFailsNone() throws Exception {
    try (Container container = localIp(List.of("--env", "LOCAL_IP=" + onB.address()))) {
      serves(container, onB, "web", "web-1@B");
      List<PoliteCaller> callers = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        callers.add(PoliteCaller.start(onB.at(OUTGOING), "web"));
      }
      Eventually.pause(Duration.ofSeconds(1));
      container.terminate();
      int exit = container.awaitExit(SOON);

      assertThat(exit).as("%s", container.tail()).isEqualTo(143);
      for (PoliteCaller caller : callers) {
        assertThat(caller.outcome())
            .as("after %d answers%s", caller.answers(), container.tail())
            .isEqualTo("told to go");
      }
    }
  }

  @Test
  void hostAutoWithTheConfigurationFromTheEnvironmentRunsUnchanged() throws Exception {
    Map<String, String> onE = new LinkedHashMap<>();
    onE.put("ADMIN_IP", "0.0.0.0");
    onE.put("FAIRLEAD_STATE_DIR", Files.createDirectories(dir.resolve("state")).toString());
    try (Container container =
            mesh(hosts.podmanNetwork("B"), Map.of(), List.of("--volume", "/var/lib/fairlead"));
        ConsulAgent agentOfE =
            ConsulAgent.client(hosts.host("E"), dir.resolve("E"), onB.address());
        Fairlead process =
            Fairlead.start(hosts.host("E"), DEPLOY.resolve("mesh.yaml"), ADMIN, onE)) {
      serves(container, onB, "web", "web-1@B");
      agentOfE.awaitPassing("web", 1, SOON);
      process.awaitReady(OUTGOING);
      Load.Report fromE = load(hosts.host("E"), "web");
      container.terminate();
      int exit = container.awaitExit(SOON);

      assertThat(fromE.failures())
          .as("from a process on E to the container on B: %s", fromE)
          .isEmpty();
      assertThat(fromE.answeredBy()).containsOnlyKeys("web-1@B");
      assertThat(container.output())
          .as("what host: auto used")
          .contains("this host's address is " + onB.address() + ": Consul agent");
      assertThat(container.output().lines())
          .as("one JSON object a line")
          .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
      assertThat(exit).as("%s", container.tail()).isEqualTo(143);
    }
  }

  @Test
  void hostAutoInBridgeModeAsksTheAgentOfItsHostOverTheGateway() throws Exception {
    try (DockerBridge bridge = DockerBridge.on(hosts, "B", List.of(OUTGOING, INCOMING));
        Container container =
            mesh(bridge.podmanNetwork(), Map.of("CONSUL_HOST", DockerBridge.GATEWAY), List.of())) {
      serves(container, onB, "web", "web-1@B");
      String inside = bridge.getFromInside(OUTGOING, "web");

      assertThat(container.output())
          .contains("this host's address is " + onB.address() + ": Consul agent")
          .contains("reached over our gateway");
      assertThat(inside)
          .as("a service in bridge mode, at the address it finds its host at")
          .startsWith("HTTP/1.1 200")
          .contains("web-1@B");
    }
  }

  @Test
  void hostAutoReadsEc2MetadataWhereTheAgentIsNotOfThisHost() throws Exception {
    Place onM = hosts.host("M");
    Map<String, String> environment = new LinkedHashMap<>(Metadata.ECS);
    environment.put("CONSUL_HOST", onB.address());
    try (Program metadata = Metadata.start(onM);
        Service there = Service.start(onM, "there", "there-1");
        Container container = mesh(hosts.podmanNetwork("M"), environment, List.of())) {
      consul.register(there);
      consul.awaitPassing("there", 1, SOON);
      serves(container, onM, "there", "there-1@M");

      assertThat(container.output())
          .as("%s", metadata.tail())
          .contains("this host's address is " + onM.address() + ": ")
          .contains("EC2 metadata");
    }
  }

  @Test
  void hostAutoWithNobodyToAskIsExit78AndNamesEachAttempt() throws Exception {
    try (Container container = mesh("none", Map.of(), List.of())) {
      int exit = container.awaitExit(SOON);

      assertThat(exit).as("%s", container.tail()).isEqualTo(78);
      assertThat(container.output())
          .contains(
              "host:",
              "Consul agent",
              "container metadata file",
              "own interfaces",
              "ECS task metadata",
              "169.254.169.254");
    }
  }

  @Test
  void localIpUnsetIsOneLineAndExit78() {
    try (Container container = localIp(List.of())) {
      int exit = container.awaitExit(SOON);

      assertThat(exit).as("%s", container.tail()).isEqualTo(78);
      assertThat(container.output().lines())
          .singleElement()
          .asString()
          .contains("mesh.yaml:", "LOCAL_IP");
    }
  }

  @Test
  void explainTellsInsideTheContainerWhereARequestWouldGo() throws Exception {
    try (Container container = localIp(List.of("--env", "LOCAL_IP=" + onB.address()))) {
      serves(container, onB, "web", "web-1@B");

      String explained =
          container.output(
              "/opt/fairlead/bin/java",
              "@/opt/fairlead/run.options",
              "fairlead.launcher.Main",
              "explain",
              "/etc/fairlead/mesh.yaml",
              "http://web/");

      assertThat(explained).contains("/svc/web", onB.address());
    }
  }

  @Test
  void threat58_theAdminPortIsNotReachedFromOutsideTheHost() throws Exception {
    try (Container container = localIp(List.of("--env", "LOCAL_IP=" + onB.address()))) {
      serves(container, onB, "web", "web-1@B");

      assertThat(Fairlead.accepts(onB.at(OUTGOING))).isTrue();
      assertThat(Fairlead.accepts(onB.at(ADMIN))).as("admin port from the network").isFalse();
    }
  }

  /** {@code mesh-local-ip.yaml} from a file, on B. */
  private Container localIp(List<String> environment) {
    Path config = DEPLOY.resolve("mesh-local-ip.yaml");
    List<String> options = new ArrayList<>(environment);
    options.addAll(List.of("--network", hosts.podmanNetwork("B")));
    options.addAll(List.of("--volume", config + ":/etc/fairlead/mesh.yaml:ro"));
    return podman.start(options, List.of("run", "/etc/fairlead/mesh.yaml"));
  }

  /** {@code mesh.yaml} as ECS injects it from SSM. */
  private Container mesh(String network, Map<String, String> environment, List<String> more)
      throws IOException {
    List<String> options = new ArrayList<>(more);
    options.addAll(List.of("--network", network, "--env", "FAIRLEAD_LOG=json"));
    options.addAll(
        List.of("--env", "FAIRLEAD_CONFIG=" + Files.readString(DEPLOY.resolve("mesh.yaml"))));
    environment.forEach((name, value) -> options.addAll(List.of("--env", name + "=" + value)));
    return podman.start(options, List.of());
  }

  /**
   * Blocks until the mesh on {@code host} answers, then gives it some load, which must not fail.
   */
  private static void serves(Container container, Place host, String name, String instance)
      throws Exception {
    Eventually.until(
        () -> "container serves" + container.tail(), SOON, () -> answers(container, host, name));
    System.out.println(
        "CONTAINER first answer through both routers "
            + container.age().toMillis()
            + " ms after the start");
    Load.Report report = load(host, name);
    assertThat(report.failures()).as("%s%s", report, container.tail()).isEmpty();
    assertThat(report.answeredBy()).containsOnlyKeys(instance);
  }

  private static Load.Report load(Place host, String name) throws Exception {
    try (Load load = Load.start(host.at(OUTGOING), name, "/", 100)) {
      Eventually.pause(Duration.ofSeconds(1));
      return load.stop();
    }
  }

  private static boolean answers(Container container, Place host, String name) {
    if (!container.program().running()) {
      throw new AssertionError("ended" + container.tail());
    }
    try {
      Answer answer = Caller.once(host.at(OUTGOING), name, "/");
      return answer.status() == 200;
    } catch (IOException _) {
      return false;
    }
  }
}
