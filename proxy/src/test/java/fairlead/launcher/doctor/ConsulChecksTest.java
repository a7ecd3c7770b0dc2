package fairlead.launcher.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.config.Secret;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.ConsulAgent;
import fairlead.e2e.RealConsul;
import fairlead.launcher.doctor.Finding.Level;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a real agent, its rights, its registrations and its clock. */
@Timeout(180)
class ConsulChecksTest {
  private static final String MASTER = "6a1b7a52-7cf5-4f0a-9d3b-2f8f3a1c0b77";
  private static final InstantSource NOW = InstantSource.system();

  @TempDir Path dir;

  private static Agent agent(String host, int port, @Nullable String token) {
    return new Agent(
        new ConsulAgent(
            host,
            port,
            token == null ? null : new Secret(token),
            null,
            Consistency.DEFAULT,
            null,
            false));
  }

  private static Agent agent(RealConsul consul, @Nullable String token) {
    return agent(consul.http().getHostString(), consul.http().getPort(), token);
  }

  private static List<String> shown(List<Finding> findings, Level level) {
    return findings.stream().filter(f -> f.level() == level).map(Finding::show).toList();
  }

  @Test
  void registrationsThatLookLikeMistakesAreTold() throws IOException {
    try (var consul = RealConsul.start("127.0.0.71", dir, "")) {
      consul.register("good", "good-1", "10.0.0.1", 80);
      consul.register("left", "left-1", "10.0.0.2", 80);
      consul.register("left", "left-2", "10.0.0.2", 80);
      consul.register("local", "local-1", "127.0.0.1", 80);
      consul.put(
          "/v1/agent/service/register",
          "{\"ID\": \"bare-1\", \"Name\": \"bare\", \"Address\": \"10.0.0.3\", \"Port\": 80}");
      consul.register("portless", "portless-1", "10.0.0.4", 0);
      consul.register("sick", "sick-1", "10.0.0.5", 80);
      consul.check("sick-1", "fail");

      var findings = ConsulChecks.of(agent(consul, null), Set.of("no/rules"), true, NOW);

      assertThat(shown(findings, Level.BAD))
          .hasSize(3)
          .anyMatch(line -> line.contains("local is registered with an address that only its own"))
          .anyMatch(line -> line.contains("portless is registered without a port: portless-1"))
          .anyMatch(line -> line.contains("left at 10.0.0.2:80 is registered as left-1, left-2"));
      assertThat(shown(findings, Level.NOTE))
          .hasSize(3)
          .anyMatch(line -> line.contains("bare has no check of its own: bare-1"))
          .anyMatch(line -> line.contains("all 1 instances of sick fail their checks"))
          .anyMatch(line -> line.contains("nothing is stored under no/rules"));
      assertThat(shown(findings, Level.GOOD))
          .anyMatch(line -> line.contains("its leader is 127.0.0.71:"))
          .anyMatch(line -> line.contains("agrees with Consul's"))
          .anyMatch(line -> line.contains("the token sees 6 services"))
          .anyMatch(line -> line.contains("the agent tells its own 7 services"));
    }
  }

  @Test
  void missingRightsAreToldWithTheRuleThatMends() throws IOException {
    try (var consul = RealConsul.start("127.0.0.72", dir, MASTER)) {
      consul.register("web", "web-1", "10.0.0.1", 80);
      consul.put("/v1/kv/rules", "/a => /b");

      var anonymous = ConsulChecks.of(agent(consul, null), Set.of("rules"), false, NOW);
      var unknown = ConsulChecks.of(agent(consul, "no-such-token"), Set.of(), true, NOW);
      var master = ConsulChecks.of(agent(consul, MASTER), Set.of("rules"), true, NOW);

      assertThat(shown(anonymous, Level.NOTE)).anyMatch(line -> line.contains("agent:read"));
      assertThat(shown(anonymous, Level.BAD))
          .anyMatch(line -> line.contains("give the token key:read") || line.contains("rules"))
          .anyMatch(line -> line.contains("service:read"));
      assertThat(shown(unknown, Level.BAD)).anyMatch(line -> line.contains("ACL not found"));
      assertThat(shown(master, Level.BAD)).isEmpty();
    }
  }

  @Test
  void aClockThatIsApartIsTold() throws IOException {
    try (var consul = RealConsul.start("127.0.0.73", dir, "")) {
      var behind = InstantSource.offset(NOW, Duration.ofMinutes(-1));
      var ahead = InstantSource.offset(NOW, Duration.ofSeconds(10));

      assertThat(shown(ConsulChecks.of(agent(consul, null), Set.of(), false, behind), Level.BAD))
          .anyMatch(line -> line.contains("s ahead: deadlines of requests are wrong"));
      assertThat(shown(ConsulChecks.of(agent(consul, null), Set.of(), false, ahead), Level.NOTE))
          .anyMatch(line -> line.contains("s behind"));
    }
  }

  @Test
  void nobodyThereIsTold() throws IOException {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }

    assertThat(ConsulChecks.of(agent("127.0.0.1", port, null), Set.of(), false, NOW))
        .singleElement()
        .extracting(Finding::show)
        .asString()
        .startsWith("BAD   consul        http://127.0.0.1:" + port + " cannot be asked: ")
        .contains("run an agent there");
  }

  @Test
  void anIdOnSeveralNodesIsNoted() throws IOException {
    var registrations = new Registrations();
    for (String node : List.of("a", "b")) {
      registrations.add(
          "web",
          new ObjectMapper()
              .readTree(
                  """
                  {"Node": {"Node": "%s", "Address": "10.0.0.%d"},
                   "Service": {"ID": "web-1", "Address": "", "Port": 80},
                   "Checks": [{"ServiceID": "web-1", "Status": "passing"}]}
                  """
                      .formatted(node, node.charAt(0) - 'a' + 1)));
    }

    assertThat(registrations.findings())
        .singleElement()
        .extracting(Finding::what)
        .isEqualTo("the id web-1 is registered on a, b");
  }
}
