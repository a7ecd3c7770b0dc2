package fairlead.e2e;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A real Consul server of one's own on a loopback address, with its data in a folder: for tests of
 * what talks to Consul. One thread.
 */
public final class RealConsul implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration REQUEST = Duration.ofSeconds(15);

  private final String address;
  private final int http;
  private final String token;
  private final List<String> command;
  private Program program;

  private RealConsul(String address, int http, String token, List<String> command) {
    this.address = address;
    this.http = http;
    this.token = token;
    this.command = command;
    this.program = Program.start("consul@" + address, command, Map.of());
  }

  /**
   * Returns when the server leads; skips the test with a line when no Consul can be had.
   *
   * @param address 127.0.0.N
   * @param masterToken turns ACLs on, with default deny; empty leaves them off
   */
  public static RealConsul start(String address, Path dir, String masterToken) throws IOException {
    String consul = Parts.consul();
    Path config = Files.createDirectories(dir).resolve("agent.json");
    String acl =
        masterToken.isEmpty()
            ? ""
            : """
              "acl": {"enabled": true, "default_policy": "deny", "tokens": {"master": "%s", "agent": "%s"}},
              """
                .formatted(masterToken, masterToken);
    Files.writeString(
        config,
        """
        {%s "server": true, "bootstrap_expect": 1, "performance": {"raft_multiplier": 1},
         "disable_update_check": true, "leave_on_terminate": false, "log_level": "warn"}
        """
            .formatted(acl));
    int http = Parts.freePort(address);
    var command =
        new ArrayList<>(
            List.of(consul, "agent", "-config-file=" + config, "-data-dir=" + dir.resolve("data")));
    command.addAll(List.of("-bind=" + address, "-client=" + address, "-node=n1", "-dns-port=-1"));
    command.add("-http-port=" + http);
    command.add("-server-port=" + Parts.freePort(address));
    command.add("-serf-lan-port=" + Parts.freePort(address));
    command.add("-serf-wan-port=-1");
    var agent = new RealConsul(address, http, masterToken, command);
    agent.awaitLeader();
    return agent;
  }

  /** Where its HTTP API is. */
  public InetSocketAddress http() {
    return new InetSocketAddress(address, http);
  }

  private void awaitLeader() {
    Eventually.until(
        () -> "a leader" + program.tail(),
        START,
        () -> {
          try {
            return Caller.once(http(), "consul", "/v1/status/leader").body().contains(":")
                && tryPut("/v1/kv/ready", "");
          } catch (IOException _) {
            return false;
          }
        });
  }

  private boolean tryPut(String path, String body) {
    try {
      put(path, body);
      return true;
    } catch (AssertionError | UncheckedIOException notYet) {
      return false;
    }
  }

  /** PUT with the master token; returns the body of a 200. */
  public String put(String path, String body) {
    String separator = path.contains("?") ? "&" : "?";
    String target = token.isEmpty() ? path : path + separator + "token=" + token;
    try (Caller caller = new Caller(http(), REQUEST)) {
      Answer answer = caller.send("PUT", "consul", target, body);
      if (answer.status() != 200) {
        throw new AssertionError("PUT " + path + ": " + answer.status() + " " + answer.body());
      }
      return answer.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Registers an instance with a TTL check {@code ttl-ID} that is passing. */
  public void register(String service, String id, String ip, int port) {
    put(
        "/v1/agent/service/register",
        """
        {"ID": "%2$s", "Name": "%1$s", "Address": "%3$s", "Port": %4$d,
         "Check": {"CheckID": "ttl-%2$s", "TTL": "10m", "Status": "passing"}}
        """
            .formatted(service, id, ip, port));
  }

  public void deregister(String id) {
    put("/v1/agent/service/deregister/" + id, "");
  }

  /** {@code status}: pass, warn or fail; with a note, as every check that really ran has one. */
  public void check(String id, String status) {
    put("/v1/agent/check/" + status + "/ttl-" + id + "?note=told", "");
  }

  public void maintenance(String id, boolean on) {
    put("/v1/agent/service/maintenance/" + id + "?enable=" + on, "");
  }

  /** SIGKILL. */
  public void kill() {
    program.kill();
  }

  /** Starts it again with the data it had; returns when it leads. */
  public void startAgain() {
    program = Program.start("consul@" + address, command, Map.of());
    awaitLeader();
  }

  @Override
  public void close() {
    program.close();
  }
}
