package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.e2e.Caller.Answer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole path on one machine: real Consul, real program, both routers. Needs no root. */
class OneHostTest {
  private static final int RATE = 150;

  @TempDir Path dir;

  @Test
  void aRequestGoesThroughBothRoutersToAnInstanceThatConsulCallsPassing() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Service one = host.service("web", "web-1", 1);
        Service two = host.service("web", "web-2", 2);
        Fairlead fairlead = host.serve()) {
      Answer answer = Caller.once(host.front(), "web", "/a?b=c");
      Load.Report report = load(host, Duration.ofSeconds(4));

      assertThat(answer.status()).as("%s%s", answer, fairlead.program().tail()).isEqualTo(200);
      assertThat(answer.header("x-instance")).isIn(one.id() + "@local", two.id() + "@local");
      assertThat(viaCount(answer)).as("hops in Via of %s", answer.body()).isEqualTo(2);
      assertThat(answer.body().toLowerCase(Locale.ROOT))
          .contains("l5d-dst-service: /svc/web", "l5d-dst-client: ", "/#/io.l5d.consul/");
      assertThat(report.failures()).as("%s", report).isEmpty();
      assertThat(report.answeredBy()).containsOnlyKeys("web-1@local", "web-2@local");
    }
  }

  private static long viaCount(Answer answer) {
    return answer
        .body()
        .lines()
        .filter(line -> line.regionMatches(true, 0, "via:", 0, 4))
        .mapToLong(line -> line.split(",", -1).length)
        .sum();
  }

  @Test
  void aNameThatNobodyHasIsAnsweredByUsAndSaysWhy() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Fairlead fairlead = host.serve()) {
      Answer answer = Caller.once(host.front(), "nobody", "/");

      assertThat(answer.status()).as("%s%s", answer, fairlead.program().tail()).isBetween(502, 503);
      assertThat(answer.header("l5d-err")).isNotEmpty();
    }
  }

  @Test
  void fault03_agentDownAtOurStartRoutesFromTheDiskSnapshotAndHeals() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Service one = host.service("web", "web-1", 1);
        Fairlead fairlead = host.serve()) {
      assertThat(Caller.once(host.front(), "web", "/").status()).isEqualTo(200);
      fairlead.program().terminate();
      fairlead.program().awaitExit(Duration.ofSeconds(30));
      host.consul.kill();

      fairlead.startAgain();
      fairlead.awaitReady(host.outgoing, host.incoming);
      Load.Report away = load(host, Duration.ofSeconds(4));
      host.consul.startAgain();
      try (Service two = host.service("web", "web-2", 2)) {
        Eventually.until(
            "the new instance within 2 s and one try",
            Duration.ofSeconds(4),
            () -> answeredBy(host, two.id()));
      }

      assertThat(away.failures()).as("agent down, snapshot: %s", away).isEmpty();
      assertThat(away.answeredBy()).containsOnlyKeys(one.id() + "@local");
    }
  }

  @Test
  void fault03_agentDownAtOurStartWithoutSnapshotIs503WithAReasonAndHeals() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Service one = host.service("web", "web-1", 1)) {
      host.consul.kill();
      try (Fairlead fairlead = host.serve()) {
        Answer away = Caller.once(host.front(), "web", "/");
        host.consul.startAgain();
        host.consul.awaitPassing("web", 1, Fairlead.START);
        Eventually.until(
            () -> "healed within 2 s and one try" + fairlead.program().tail(),
            Duration.ofSeconds(4),
            () -> answeredBy(host, one.id()));

        assertThat(away.status()).as("%s", away).isEqualTo(503);
        assertThat(away.header("l5d-err") + away.body()).isNotBlank();
      }
    }
  }

  @Test
  void fault22_sigtermUnderLoadFailsNoRequestAndTellsEachCallerToGo() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Service one = host.service("web", "web-1", 1);
        Fairlead fairlead = host.serve()) {
      List<PoliteCaller> callers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        callers.add(PoliteCaller.start(host.front(), "web"));
      }
      Eventually.pause(Duration.ofSeconds(1));
      fairlead.program().terminate();
      int exit = fairlead.program().awaitExit(Duration.ofSeconds(15));

      assertThat(exit).as("%s", fairlead.program().tail()).isEqualTo(143);
      for (PoliteCaller caller : callers) {
        assertThat(caller.outcome())
            .as("after %d answers of %s", caller.answers(), one.id())
            .isEqualTo("told to go");
        assertThat(caller.answers()).isPositive();
      }
    }
  }

  @Test
  void fault23_sigtermWhileStartingEndsWithoutFuss() throws Exception {
    int ofOurs = 0;
    try (OneHost host = OneHost.create(dir)) {
      for (int millis : List.of(100, 200, 300, 400, 500, 700, 1000)) {
        try (Fairlead fairlead = host.start()) {
          Eventually.pause(Duration.ofMillis(millis));
          fairlead.program().terminate();

          int exit = fairlead.program().awaitExit(Duration.ofSeconds(15));

          String output = fairlead.program().output();
          if (output.contains("Error occurred during initialization of VM")) {
            continue; // Java itself was not up yet: before a line of ours, and in its own words.
          }
          ofOurs++;
          assertThat(exit).as("after %d ms%s", millis, fairlead.program().tail()).isEqualTo(143);
          assertThat(output).doesNotContain("Exception", "\tat ");
        }
      }
    }
    assertThat(ofOurs).isGreaterThanOrEqualTo(3);
  }

  @Test
  void fault24_afterSigkillTheNextStartIsClean() throws Exception {
    try (OneHost host = OneHost.create(dir);
        Service one = host.service("web", "web-1", 1);
        Fairlead fairlead = host.serve()) {
      try (Load load = Load.start(host.front(), "web", "/", RATE)) {
        Eventually.pause(Duration.ofSeconds(1));
        fairlead.program().kill();
        assertThat(load.stop().answeredBy()).containsOnlyKeys(one.id() + "@local");
      }

      fairlead.startAgain();
      fairlead.awaitReady(host.outgoing, host.incoming);
      Load.Report again = load(host, Duration.ofSeconds(2));

      assertThat(again.failures()).as("%s%s", again, fairlead.program().tail()).isEmpty();
      assertThat(fairlead.program().output()).doesNotContain("Exception");
    }
  }

  @Test
  void anUnsetVariableIsOneLineThatNamesItAndExit78() throws Exception {
    Path config = Parts.ROOT.resolve("deploy/mesh-local-ip.yaml");
    try (Program run =
        Fairlead.command(Place.loopback(), Map.of(), List.of("run", config.toString()))) {
      int exit = run.awaitExit(Duration.ofSeconds(20));

      assertThat(exit).as("%s", run.tail()).isEqualTo(78);
      assertThat(run.output().lines().filter(line -> line.contains("LOCAL_IP")))
          .as("%s", run.tail())
          .singleElement()
          .asString()
          .containsPattern("mesh-local-ip\\.yaml:\\d+:\\d+: ");
    }
  }

  private static boolean answeredBy(OneHost host, String id) {
    try {
      return Caller.once(host.front(), "web", "/").header("x-instance").startsWith(id + "@");
    } catch (IOException _) {
      return false;
    }
  }

  private static Load.Report load(OneHost host, Duration time) throws Exception {
    try (Load load = Load.start(host.front(), "web", "/", RATE)) {
      Eventually.pause(time);
      return load.stop();
    }
  }
}
