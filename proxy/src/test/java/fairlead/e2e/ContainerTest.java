package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image of {@code deploy/} as ECS runs it: read-only, no rights, uid 10001, PID 1, on a host
 * with a real Consul agent.
 */
class ContainerTest {
  private static final Path DEPLOY = Parts.ROOT.resolve("deploy");
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int OUTGOING = 4140;

  @TempDir private static Path dir;
  private static @Nullable Podman built;
  private static @Nullable Hosts made;
  private static @Nullable ConsulAgent agent;
  private static @Nullable Service service;

  private final Podman podman = Objects.requireNonNull(built);
  private final Hosts hosts = Objects.requireNonNull(made);

  @BeforeAll
  static void build() throws IOException {
    Parts.needNetworkNamespaces();
    built = Podman.build(dir);
    Hosts host = Hosts.create("B", "E");
    made = host;
    ConsulAgent consul =
        ConsulAgent.server(host.host("B"), dir.resolve("consul"), ConsulAgent.Ports.USUAL);
    agent = consul;
    Service web = Service.start(host.host("B"), "web", "web-1");
    service = web;
    consul.register(web);
    consul.awaitPassing("web", 1, SOON);
  }

  @AfterAll
  static void tearDown() throws Exception {
    for (AutoCloseable part : new @Nullable AutoCloseable[] {service, agent, made, built}) {
      if (part != null) {
        part.close();
      }
    }
  }

  @Test
  void hostFromLocalIpRunsUnchangedReadOnlyAsUid10001AndEndsWith143() throws Exception {
    Path config = DEPLOY.resolve("mesh-local-ip.yaml");
    List<String> options =
        List.of(
            "--network",
            hosts.podmanNetwork("B"),
            "--env",
            "LOCAL_IP=" + hosts.host("B").address(),
            "--volume",
            config + ":/etc/fairlead/mesh.yaml:ro");
    try (Program container =
        podman.start(name(), options, List.of("run", "/etc/fairlead/mesh.yaml"))) {
      serves(container);
      String status =
          Files.readString(
              Path.of(
                  "/proc",
                  podman.output("inspect", "--format", "{{.State.Pid}}", name()),
                  "status"));
      boolean healthy =
          podman.succeeds(
              "exec", name(), "/opt/fairlead/bin/java", "@/opt/fairlead/health.options");
      podman.output("kill", "--signal", "TERM", name());
      int exit = container.awaitExit(SOON);

      assertThat(status.lines().filter(line -> line.startsWith("Uid:")))
          .containsExactly("Uid:\t10001\t10001\t10001\t10001");
      assertThat(status.lines().filter(line -> line.startsWith("NSpid:")).findFirst().orElse(""))
          .endsWith("\t1");
      assertThat(healthy).as("health command of the task definition").isTrue();
      assertThat(exit).as("%s", container.tail()).isEqualTo(143);
    }
  }

  @Test
  void hostAutoWithTheConfigurationFromTheEnvironmentRunsUnchanged() throws Exception {
    String config = Files.readString(DEPLOY.resolve("mesh.yaml"));
    List<String> options =
        List.of(
            "--network",
            hosts.podmanNetwork("B"),
            "--env",
            "FAIRLEAD_CONFIG=" + config,
            "--env",
            "FAIRLEAD_LOG=json",
            "--volume",
            "/var/lib/fairlead");
    try (Program container = podman.start(name(), options, List.of());
        ConsulAgent onE =
            ConsulAgent.client(hosts.host("E"), dir.resolve("E"), hosts.host("B").address());
        Fairlead process =
            Fairlead.start(
                hosts.host("E"),
                DEPLOY.resolve("mesh.yaml"),
                9990,
                Map.of(
                    "FAIRLEAD_STATE_DIR",
                    Files.createDirectories(dir.resolve("state")).toString()))) {
      serves(container);
      onE.awaitPassing("web", 1, SOON);
      process.awaitReady(OUTGOING);
      Load.Report fromE = load(hosts.host("E"));
      podman.output("kill", "--signal", "TERM", name());
      int exit = container.awaitExit(SOON);

      assertThat(fromE.failures())
          .as("from a process on E to the container on B: %s", fromE)
          .isEmpty();
      assertThat(fromE.answeredBy()).containsOnlyKeys("web-1@B");
      assertThat(container.output()).as("what host: auto used").contains(hosts.host("B").address());
      assertThat(container.output().lines())
          .as("one JSON object a line")
          .allMatch(line -> line.startsWith("{") && line.endsWith("}"));
      assertThat(exit).as("%s", container.tail()).isEqualTo(143);
    }
  }

  @Test
  void localIpUnsetIsOneLineAndExit78() {
    Path config = DEPLOY.resolve("mesh-local-ip.yaml");
    List<String> options =
        List.of("--network", "none", "--volume", config + ":/etc/fairlead/mesh.yaml:ro");
    try (Program container =
        podman.start(name(), options, List.of("run", "/etc/fairlead/mesh.yaml"))) {
      int exit = container.awaitExit(SOON);

      assertThat(exit).as("%s", container.tail()).isEqualTo(78);
      assertThat(container.output().lines())
          .singleElement()
          .asString()
          .contains("mesh.yaml:", "LOCAL_IP");
    }
  }

  private void serves(Program container) throws Exception {
    Place host = hosts.host("B");
    Eventually.until(
        () -> "container serves" + container.tail(), SOON, () -> serves(host, container));
    Load.Report report = load(host);
    assertThat(report.failures()).as("%s%s", report, container.tail()).isEmpty();
    assertThat(report.answeredBy()).containsOnlyKeys("web-1@B");
  }

  private static Load.Report load(Place host) throws Exception {
    try (Load load = Load.start(host.at(OUTGOING), "web", "/", 100)) {
      Eventually.pause(Duration.ofSeconds(2));
      return load.stop();
    }
  }

  private static boolean serves(Place host, Program container) {
    if (!container.running()) {
      throw new AssertionError("ended" + container.tail());
    }
    try {
      Answer answer = Caller.once(host.at(OUTGOING), "web", "/");
      return answer.status() == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /** Of the only container at a time. */
  private String name() {
    return podman.image().replaceAll("[^a-z0-9-]", "-");
  }
}
