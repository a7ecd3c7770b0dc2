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
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Three hosts, each with an agent, EC2's metadata service and a Fairlead on one shared file, an
 * edge, a Consul server, and services. The Fairlead of A runs in a container where containers can
 * be had. One thread.
 */
final class Mesh implements AutoCloseable {
  static final int OUTGOING = 4140;
  static final int INCOMING = 4141;
  private static final int ADMIN = 9990;
  private static final List<String> HOSTS = List.of("E", "A", "B");
  private static final String IN_CONTAINER = "A";

  final Hosts hosts;
  final ConsulAgent server;
  private final Map<String, ConsulAgent> agents = new LinkedHashMap<>();
  private final List<Program> metadata = new ArrayList<>();
  private final Map<String, Fairlead> fairleads = new LinkedHashMap<>();
  private final Map<String, Service> services = new LinkedHashMap<>();
  private @Nullable Container container;
  private final Edge edge;

  private Mesh(Hosts hosts, Path dir) throws IOException {
    this.hosts = hosts;
    this.server = ConsulAgent.server(hosts.host("S"), dir.resolve("S"), ConsulAgent.Ports.USUAL);
    String config = config();
    Path file = Files.writeString(dir.resolve("mesh.yaml"), config);
    for (String name : HOSTS) {
      Place host = hosts.host(name);
      metadata.add(Metadata.start(host));
      agents.put(name, ConsulAgent.client(host, dir.resolve(name), hosts.host("S").address()));
      Podman podman = BuiltImage.ifPossible();
      if (name.equals(IN_CONTAINER) && podman != null) {
        container = podman.start(options(hosts.podmanNetwork(name), config), List.of());
      } else {
        String state = Files.createDirectories(dir.resolve("state-" + name)).toString();
        Map<String, String> environment =
            Map.of("ADMIN_IP", "0.0.0.0", "FAIRLEAD_STATE_DIR", state);
        fairleads.put(name, Fairlead.start(host, file, ADMIN, environment));
      }
    }
    serve("A", "web", "web-1");
    serve("A", "web", "web-2");
    serve("B", "web", "web-3");
    serve("B", "greet", "greet-1");
    fairleads.values().forEach(fairlead -> fairlead.awaitReady(OUTGOING, INCOMING));
    this.edge = Edge.start(hosts.host("E"), dir.resolve("edge"), OUTGOING);
  }

  /** The shipped file, but each host learns its address from EC2's metadata, as in the article. */
  private static String config() throws IOException {
    String shipped = Files.readString(Parts.ROOT.resolve("deploy/mesh.yaml"));
    String asked = shipped.replace("host: auto", "host: ${ec2:local-ipv4}");
    assertThat(asked).isNotEqualTo(shipped);
    return asked;
  }

  /** As a task definition says it: the configuration in the environment, nothing writable. */
  private static List<String> options(String network, String config) {
    return List.of(
        "--network",
        network,
        "--env",
        "FAIRLEAD_CONFIG=" + config,
        "--volume",
        "/var/lib/fairlead");
  }

  static Mesh start(Path dir) throws IOException {
    Hosts hosts = Hosts.create("S", "E", "A", "B");
    try {
      return new Mesh(hosts, dir);
    } catch (AssertionError | IOException | RuntimeException e) {
      hosts.close();
      throw e;
    }
  }

  private void serve(String host, String name, String id) {
    Service service = Service.start(hosts.host(host), name, id);
    services.put(id, service);
    agent(host).register(service);
  }

  /**
   * Blocks until every instance is passing in the eyes of every agent and has answered a caller of
   * the edge: each proxy knows both names then, as it does in a mesh that has run for a while.
   */
  void awaitWhole(Duration deadline) {
    for (ConsulAgent agent : agents.values()) {
      agent.awaitPassing("web", 3, deadline);
      agent.awaitPassing("greet", 1, deadline);
    }
    Set<String> silent = new TreeSet<>(services.keySet());
    Eventually.until(
        () -> "an answer of each instance, but not of " + silent + tails(),
        deadline,
        () -> {
          List.of("web", "greet").forEach(name -> silent.remove(answeredBy(name)));
          return silent.isEmpty();
        });
  }

  /** The instance that answered a caller of the edge, or nothing. */
  private String answeredBy(String service) {
    try {
      Answer answer = Caller.once(edge.address(), "edge", "/" + service + "/");
      return answer.header("x-instance").replaceFirst("@.*", "");
    } catch (IOException _) {
      return "";
    }
  }

  /** Starts a killed instance anew, on another port, under the same id. */
  void replace(String id) {
    Service old = service(id);
    old.close();
    serve(old.place().name(), old.name(), id);
  }

  Service service(String id) {
    return Objects.requireNonNull(services.get(id), id);
  }

  ConsulAgent agent(String host) {
    return Objects.requireNonNull(agents.get(host), host);
  }

  Fairlead fairlead(String host) {
    return Objects.requireNonNull(fairleads.get(host), host);
  }

  /** Callers at the edge. */
  Load load(String service, int perSecond) {
    return Load.start(edge.address(), "edge", "/" + service + "/", perSecond);
  }

  /** The last lines of each proxy. */
  String tails() {
    String processes =
        fairleads.values().stream().map(f -> f.program().tail()).collect(Collectors.joining());
    return container == null ? processes : processes + container.tail();
  }

  @Override
  public void close() {
    edge.close();
    fairleads.values().forEach(Fairlead::close);
    if (container != null) {
      container.close();
    }
    services.values().forEach(Service::close);
    agents.values().forEach(ConsulAgent::close);
    server.close();
    metadata.forEach(Program::close);
    hosts.close();
  }
}
