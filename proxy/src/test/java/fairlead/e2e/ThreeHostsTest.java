package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The article's mesh on three hosts with one file, {@code deploy/mesh.yaml}, one of them with its
 * Fairlead in a container: nginx on E, {@code web} on A (twice) and on B, {@code greet} on B only,
 * Consul's server on a host of its own. Each test leaves the mesh whole.
 */
@ExtendWith(BuiltImage.IfPossible.class)
class ThreeHostsTest {
  private static final int RATE = 150;
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private static Path dir;
  private static @Nullable Mesh running;
  private final Mesh mesh;

  @BeforeAll
  static void build() throws Exception {
    running = Mesh.start(dir);
  }

  @AfterAll
  static void tearDown() {
    if (running != null) {
      running.close();
    }
  }

  ThreeHostsTest() {
    mesh = Objects.requireNonNull(running);
    mesh.awaitWhole(SOON);
  }

  @Test
  void eachRequestIsAnsweredByAHostThatHasTheService() throws Exception {
    Load.Report web = during("web", () -> Eventually.pause(Duration.ofSeconds(4)));
    Load.Report greet = during("greet", () -> Eventually.pause(Duration.ofSeconds(2)));

    assertThat(web.failures()).as("%s%s", web, mesh.tails()).isEmpty();
    assertThat(web.answeredBy()).containsOnlyKeys("web-1@A", "web-2@A", "web-3@B");
    assertThat(greet.failures()).as("%s%s", greet, mesh.tails()).isEmpty();
    assertThat(greet.answeredBy()).containsOnlyKeys("greet-1@B");
  }

  @Test
  void theIncomingRouterNeverLeavesItsHost() throws Exception {
    InetSocketAddress incomingOfA = mesh.hosts.host("A").at(Mesh.INCOMING);
    Load.Report web;
    try (Load load = Load.start(incomingOfA, "web", "/", RATE)) {
      Eventually.pause(Duration.ofSeconds(2));
      web = load.stop();
    }
    Answer greet = Caller.once(incomingOfA, "greet", "/");

    assertThat(web.failures()).as("%s", web).isEmpty();
    assertThat(web.hosts()).containsExactly("A");
    assertThat(greet.status()).as("greet is on B only: %s", greet).isBetween(502, 503);
    assertThat(greet.header("x-instance")).isEmpty();
  }

  @Test
  void aKilledInstanceFailsOnlyWhatReachesItsHostUntilConsulTells() throws Exception {
    Service victim = mesh.service("web-3");
    Load.Report report;
    Duration killed;
    Duration known;
    try (Load load = mesh.load("web", RATE)) {
      Eventually.pause(Duration.ofSeconds(1));
      killed = load.elapsed();
      victim.program().kill();
      mesh.agent("E").awaitPassing("web", 2, SOON);
      known = load.elapsed();
      Eventually.pause(Duration.ofSeconds(2));
      report = load.stop();
    }
    mesh.replace("web-3");

    // B is one of two hosts that E sends to, and its only instance is gone: half of what is sent
    // until the check, once a second, has failed and Consul has told E.
    Duration blind = known.minus(killed);
    System.out.println("LOAD web, killed instance, told after " + blind + ": " + report);
    assertThat(blind).isLessThan(Duration.ofSeconds(8));
    assertThat(report.failed())
        .as("killed instance, told after %s: %s", blind, report)
        .isLessThanOrEqualTo(share(blind.plusSeconds(1)));
    assertThat(report.failedAfter(known.plusSeconds(1))).as("%s", report).isZero();
    assertThat(report.hosts()).containsExactly("A", "B");
  }

  /** What B gets of a constant load in this time, and a tenth for chance. */
  private static int share(Duration time) {
    return Math.toIntExact(time.toMillis() * RATE / 1000 * 6 / 10);
  }

  @Test
  void aPulledLinkFailsLittleAndNothingOnceConsulHasSeenIt() throws Exception {
    Load.Report report;
    Duration seen;
    try (Load load = mesh.load("web", RATE)) {
      Eventually.pause(Duration.ofSeconds(1));
      mesh.hosts.cut("B");
      mesh.server.awaitPassing("web", 2, SOON);
      seen = load.elapsed();
      Eventually.pause(Duration.ofSeconds(3));
      report = load.stop();
    } finally {
      mesh.hosts.mend("B");
    }

    System.out.println("LOAD web, pulled link, seen after " + seen + ": " + report);
    assertThat(report.failed()).as("pulled link: %s", report).isLessThanOrEqualTo(2 * RATE);
    // Requests that were sent before may still wait for an answer, as long as their caller does.
    assertThat(report.failedAfter(seen.plusSeconds(6))).as("%s", report).isZero();
  }

  @Test
  void fault01_agentRestartFailsNoRequest() throws Exception {
    Load.Report report =
        during(
            "web",
            () -> {
              ConsulAgent onE = mesh.agent("E");
              ConsulAgent onA = mesh.agent("A");
              Eventually.pause(Duration.ofSeconds(1));
              onE.kill();
              onA.kill();
              Eventually.pause(Duration.ofSeconds(3));
              onE.startAgain();
              onA.startAgain();
              Eventually.pause(Duration.ofSeconds(3));
            });

    assertThat(report.failures())
        .as("restarted agents on E and A: %s%s", report, mesh.tails())
        .isEmpty();
  }

  @Test
  void fault02_agentDownForLongRoutesOnAndStaysReady() throws Exception {
    Duration outage = Duration.ofSeconds(Long.getLong("fairlead.outageSeconds", 60));
    Load.Report report =
        during(
            "web",
            () -> {
              mesh.agent("E").kill();
              Eventually.pause(outage);
              assertThat(mesh.fairlead("E").pings()).as("ready without Consul").isTrue();
            });
    mesh.agent("E").startAgain();

    assertThat(report.failures())
        .as("agent of E down for %s: %s%s", outage, report, mesh.tails())
        .isEmpty();
    assertThat(report.hosts()).containsExactly("A", "B");
  }

  @Test
  void aRestartedServerFailsNoRequest() throws Exception {
    Load.Report report =
        during(
            "web",
            () -> {
              Eventually.pause(Duration.ofSeconds(1));
              mesh.server.kill();
              Eventually.pause(Duration.ofSeconds(2));
              mesh.server.startAgain();
              Eventually.pause(Duration.ofSeconds(4));
            });

    assertThat(report.failures()).as("restarted server: %s%s", report, mesh.tails()).isEmpty();
  }

  private Load.Report during(String service, Runnable action) throws Exception {
    try (Load load = mesh.load(service, RATE)) {
      action.run();
      Load.Report report = load.stop();
      System.out.println("LOAD " + service + ": " + report);
      return report;
    }
  }
}
