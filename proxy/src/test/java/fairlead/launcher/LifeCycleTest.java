package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.launcher.LifeCycle.Phase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class LifeCycleTest {
  private final BlockingQueue<String> left = new LinkedBlockingQueue<>();
  private final LifeCycle life =
      new LifeCycle(Duration.ofSeconds(25), () -> left.add("last"), new FakeExit(), () -> 0);

  @Test
  void drainsPhaseByPhaseAndKeepsTimeForTheLaterOnes() throws InterruptedException {
    var given = new ArrayList<String>();
    for (Phase phase :
        List.of(Phase.ADMIN, Phase.INCOMING, Phase.OUTGOING, Phase.LEAVING, Phase.TELEMETERS)) {
      life.add(
          phase,
          atMost -> {
            given.add(phase + " " + atMost.toMillis());
            return CompletableFuture.completedFuture(phase);
          });
    }

    life.stop(0, Duration.ofSeconds(10));

    assertThat(left.take()).isEqualTo("last");
    assertThat(left.take()).isEqualTo("exit 0");
    assertThat(given)
        .containsExactly(
            "LEAVING 9000", "OUTGOING 9250", "INCOMING 9500", "TELEMETERS 9750", "ADMIN 10000");
  }

  @Test
  void aStepThatFailsDoesNotStopTheOthers() throws InterruptedException {
    life.add(
        Phase.INCOMING,
        _ -> {
          throw new IllegalStateException("planted");
        });
    life.add(
        Phase.ADMIN,
        _ -> {
          left.add("admin");
          return CompletableFuture.completedFuture("");
        });

    life.stop(0, Duration.ofSeconds(10));

    assertThat(left.take()).isEqualTo("admin");
    assertThat(left.take()).isEqualTo("last");
  }

  @Test
  void aHangupThatReopensLogsEndsNothing() throws InterruptedException {
    life.onHangup(() -> left.add("reopened"));

    life.hungUp();

    assertThat(left.take()).isEqualTo("reopened");
    assertThat(life.stop(0, Duration.ZERO)).isTrue(); // nothing was stopping
  }

  @Test
  void fault23_whatIsAddedWhileStoppingEndsAtOnce() throws InterruptedException {
    life.stop(0, Duration.ZERO);

    life.add(
        Phase.INCOMING,
        atMost -> {
          left.add("late " + atMost);
          return CompletableFuture.completedFuture("");
        });

    var seen = List.of(left.take(), left.take(), left.take());
    assertThat(seen).containsExactlyInAnyOrder("late PT0S", "last", "exit 0");
  }

  @Test
  void fault23_aStopFindsAllOfWhatBelongsTogetherOrEndsItAtOnce() throws InterruptedException {
    life.stop(0, Duration.ofDays(1));
    assertThat(left.take()).isEqualTo("last");
    assertThat(left.take()).isEqualTo("exit 0");

    life.addAll(List.of(late(Phase.OUTGOING), late(Phase.ADMIN)));

    assertThat(left).containsExactly("OUTGOING PT0S", "ADMIN PT0S");
  }

  private LifeCycle.Step late(Phase phase) {
    return new LifeCycle.Step(
        phase,
        atMost -> {
          left.add(phase + " " + atMost);
          return CompletableFuture.completedFuture("");
        });
  }

  @Test
  void fault22_sigtermDrainsInOrderAndExits143() throws Exception {
    var child = child("end", "60000");
    assertThat(child.readLine()).isEqualTo("ready");

    child.signal("TERM");

    assertThat(child.rest()).containsExactly("outgoing", "incoming", "admin", "last");
    assertThat(child.exitCode()).isEqualTo(143);
  }

  @Test
  void fault22_aRouterThatHangsIsCutOffAtTheLimit() throws Exception {
    var child = child("hang", "1200");
    assertThat(child.readLine()).isEqualTo("ready");

    child.signal("INT");

    assertThat(child.rest()).containsExactly("outgoing", "incoming", "admin", "last");
    assertThat(child.exitCode()).isEqualTo(130);
  }

  @Test
  void aSecondSignalEndsAtOnce() throws Exception {
    var child = child("hang", "86400000");
    assertThat(child.readLine()).isEqualTo("ready");
    child.signal("TERM");
    assertThat(child.readLine()).isEqualTo("outgoing");

    child.signal("TERM");

    assertThat(child.rest()).isEmpty();
    assertThat(child.exitCode()).isEqualTo(143);
  }

  @Test
  void fault23_sigtermWhileStartingIsAClean143() throws Exception {
    var child = child("start", "60000");
    assertThat(child.readLine()).isEqualTo("starting");

    child.signal("TERM");

    assertThat(child.rest()).containsExactly("last");
    assertThat(child.exitCode()).isEqualTo(143);
  }

  private static Child child(String... arguments) throws IOException {
    var command = new ArrayList<String>();
    // Jobs that a shell starts in the background ignore SIGINT, and so do their children.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(LifeCycleChild.class.getName());
    command.addAll(List.of(arguments));
    return new Child(
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start());
  }

  /** What it prints, without the log's lines. */
  private static final class Child {
    private final Process process;
    private final BufferedReader output;

    Child(Process process) {
      this.process = process;
      this.output = process.inputReader();
    }

    void signal(String name) throws IOException, InterruptedException {
      new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start().waitFor();
    }

    String readLine() throws IOException {
      String line = output.readLine();
      while (line != null && line.contains("LifeCycle")) {
        line = output.readLine();
      }
      return String.valueOf(line);
    }

    List<String> rest() {
      return output.lines().filter(line -> !line.contains("LifeCycle")).toList();
    }

    int exitCode() throws InterruptedException {
      return process.waitFor();
    }
  }

  private final class FakeExit implements LifeCycle.Exit {
    @Override
    public void exit(int code) {
      left.add("exit " + code);
    }

    @Override
    public void halt(int code) {
      left.add("halt " + code);
    }
  }
}
