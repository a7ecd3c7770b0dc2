package fairlead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A real Consul agent, server or client, with its data in a folder so that it can be killed and
 * come back. One thread.
 */
final class ConsulAgent implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Ports of the agent; DNS and gRPC are off. */
  record Ports(int http, int server, int serfLan) {
    static final Ports USUAL = new Ports(8500, 8300, 8301);

    static Ports free(String address) throws IOException {
      return new Ports(Parts.freePort(address), Parts.freePort(address), Parts.freePort(address));
    }
  }

  private final Place place;
  private final Ports ports;
  private final List<String> command;
  private Program program;

  private ConsulAgent(Place place, Ports ports, List<String> command) {
    this.place = place;
    this.ports = ports;
    this.command = command;
    this.program = place.start("consul", Map.of(), command);
  }

  /** The only server of a cluster; returns when it leads. */
  static ConsulAgent server(Place place, Path dir, Ports ports) throws IOException {
    String role =
        "\"server\": true, \"bootstrap_expect\": 1, \"performance\": {\"raft_multiplier\": 1}";
    ConsulAgent agent = start(place, dir, ports, role);
    agent.awaitLeader();
    return agent;
  }

  /** A host's agent; returns when it is part of the cluster. */
  static ConsulAgent client(Place place, Path dir, String server) throws IOException {
    ConsulAgent agent =
        start(
            place,
            dir,
            Ports.USUAL,
            "\"server\": false, \"retry_join\": [\"" + server + "\"], \"retry_interval\": \"1s\"");
    agent.awaitLeader();
    return agent;
  }

  private static ConsulAgent start(Place place, Path dir, Ports ports, String role)
      throws IOException {
    String consul = Parts.consul();
    Path config = Files.createDirectories(dir).resolve("agent.json");
    Files.writeString(
        config,
        """
        {%s, "node_name": "%s", "datacenter": "dc1", "data_dir": "%s", "bind_addr": "%s", "client_addr": "0.0.0.0",
         "ports": {"http": %d, "server": %d, "serf_lan": %d, "serf_wan": -1, "dns": -1, "grpc": -1},
         "leave_on_terminate": false, "disable_update_check": true, "enable_script_checks": false, "log_level": "warn"}
        """
            .formatted(
                role,
                place.name(),
                dir.resolve("data"),
                place.address(),
                ports.http(),
                ports.server(),
                ports.serfLan()));
    return new ConsulAgent(
        place, ports, List.of(consul, "agent", "-config-file", config.toString()));
  }

  InetSocketAddress http() {
    return place.at(ports.http());
  }

  private void awaitLeader() {
    Eventually.until(
        () -> "a leader" + program.tail(), START, () -> get("/v1/status/leader").contains(":"));
  }

  /** The body of a 200, else nothing. */
  String get(String path) {
    try {
      Answer answer = Caller.once(http(), "consul", path);
      return answer.status() == 200 ? answer.body() : "";
    } catch (IOException _) {
      return "";
    }
  }

  private void put(String path, String body) {
    try (Caller caller = new Caller(http(), Duration.ofSeconds(10))) {
      Answer answer = caller.send("PUT", "consul", path, body);
      if (answer.status() != 200) {
        throw new AssertionError("PUT " + path + ": " + answer.status() + " " + answer.body());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As registrator does it: through the agent of the instance's host, with a check. */
  void register(Service service) {
    put(
        "/v1/agent/service/register",
        """
        {"ID": "%1$s", "Name": "%2$s", "Address": "%3$s", "Port": %4$d,
         "Check": {"HTTP": "http://%3$s:%4$d/health", "Interval": "1s", "Timeout": "1s", "Status": "passing"}}
        """
            .formatted(service.id(), service.name(), service.place().address(), service.port()));
  }

  /**
   * Blocks until the cluster, as this agent sees it, has so many passing instances of the service.
   */
  void awaitPassing(String service, int count, Duration deadline) {
    Eventually.until(
        () ->
            count
                + " passing instances of "
                + service
                + ", not "
                + passing(service)
                + program.tail(),
        deadline,
        () -> passing(service) == count);
  }

  private int passing(String service) {
    try {
      JsonNode instances = JSON.readTree(get("/v1/health/service/" + service + "?passing"));
      return instances.isArray() ? instances.size() : -1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SIGKILL: nothing is deregistered, nobody is told. */
  void kill() {
    program.kill();
  }

  /** Starts it again with the data it had; returns when it sees a leader. */
  void startAgain() {
    program = place.start("consul", Map.of(), command);
    awaitLeader();
  }

  @Override
  public void close() {
    program.close();
  }
}
