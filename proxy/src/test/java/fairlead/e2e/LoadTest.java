package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import fairlead.e2e.Load.Connections;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The load of other tests counts what fails, and tells how fast it went. */
@Timeout(60)
class LoadTest {
  private static final String OK =
      "HTTP/1.1 200 OK\r\nX-Instance: one@here\r\nContent-Length: 2\r\n\r\nok";
  private static final Duration SOON = Duration.ofSeconds(20);

  private final AtomicInteger connections = new AtomicInteger();
  private ServerSocket listening;

  @BeforeEach
  void listen() throws IOException {
    listening = new ServerSocket(0, 1024, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void stop() throws IOException {
    listening.close();
  }

  /** What is done on a connection, by its number, for each request, by its number there. */
  private interface Answering {
    void answer(Socket caller, int connection, int request) throws IOException;
  }

  private void serve(Answering answering) {
    Thread.ofVirtual()
        .start(
            () -> {
              while (!listening.isClosed()) {
                try {
                  Socket caller = listening.accept();
                  int number = connections.incrementAndGet();
                  Thread.ofVirtual().start(() -> serve(caller, number, answering));
                } catch (IOException _) {
                  return; // the test is over
                }
              }
            });
  }

  private static void serve(Socket caller, int connection, Answering answering) {
    try (caller) {
      caller.setTcpNoDelay(true);
      var in =
          new BufferedReader(
              new InputStreamReader(caller.getInputStream(), StandardCharsets.US_ASCII));
      int requests = 0;
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        if (line.isEmpty()) {
          answering.answer(caller, connection, ++requests);
        }
      }
    } catch (IOException _) {
      return; // closed
    }
  }

  private static void say(Socket caller, String answer) throws IOException {
    caller.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
  }

  private Load.Plan plan(int perSecond) {
    var target = new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort());
    return Load.Plan.of(target, "web", "/", perSecond);
  }

  private static Load.Report run(Load.Plan plan, int requests) throws InterruptedException {
    try (var load = Load.start(plan)) {
      Eventually.until("requests", SOON, () -> load.sent() >= requests);
      return load.stop();
    }
  }

  @Test
  void allAreAnsweredAndThePaceIsWhatWasAsked() throws Exception {
    serve((caller, _, _) -> say(caller, OK));

    var report = run(plan(200), 400);

    assertThat(report.failures()).as("%s", report).isEmpty();
    assertThat(report.answeredBy()).containsExactly(Map.entry("one@here", report.sent()));
    assertThat(report.pace().reached()).as("%s", report).isCloseTo(200, within(20.0));
  }

  @Test
  void ofNewConnectionsEachRequestHasOne() throws Exception {
    serve((caller, _, _) -> say(caller, OK));

    var report = run(plan(100).with(Connections.NEW), 50);

    assertThat(report.failures()).as("%s", report).isEmpty();
    assertThat(connections).hasValue(report.sent());
  }

  @Test
  void anotherStatusFails() throws Exception {
    serve(
        (caller, _, _) ->
            say(caller, "HTTP/1.1 502 Bad\r\nl5d-err: why\r\nContent-Length: 0\r\n\r\n"));

    var report = run(plan(100), 20);

    assertThat(report.failures()).hasSize(report.sent());
    assertThat(report.failures().getFirst().what()).isEqualTo("502 why");
  }

  @Test
  void anAnswerThatIsCutOffFails() throws Exception {
    serve(
        (caller, _, _) -> {
          say(caller, OK.substring(0, OK.length() - 1));
          caller.close();
        });

    var report = run(plan(100).with(Connections.TAKEN_IN_TURN), 20);

    assertThat(report.failures()).hasSize(report.sent());
    assertThat(report.failures().getFirst().what()).contains("losed");
  }

  @Test
  void whoGetsNoAnswerLosesPatience() throws Exception {
    serve((_, _, _) -> {});

    var report = run(plan(20).patient(Duration.ofSeconds(1)), 10);

    assertThat(report.failures()).hasSize(report.sent());
    assertThat(report.failures().getFirst().what()).isEqualTo("no answer in PT1S");
  }

  @Test
  void nobodyListensFails() throws Exception {
    listening.close();

    var report = run(plan(100), 20);

    assertThat(report.failures()).hasSize(report.sent());
    assertThat(report.failures().getFirst().what()).contains("Connection refused");
  }

  @Test
  void aConnectionThatIsClosedInsteadOfItsSecondAnswerIsReplacedIfTakenInTurnElseItFails()
      throws Exception {
    serve(
        (caller, _, request) -> {
          if (request == 1) {
            say(caller, OK);
          } else {
            caller.close();
          }
        });

    var replacing = run(plan(100).with(Connections.TAKEN_IN_TURN), 50);
    var kept = run(plan(100).with(Connections.KEPT), 50);

    assertThat(replacing.failures()).as("%s", replacing).isEmpty();
    assertThat(replacing.replaced()).isPositive();
    assertThat(kept.failures()).isNotEmpty();
    assertThat(kept.failures().getFirst().what()).isEqualTo("connection closed before an answer");
  }

  @Test
  void aServerThatIsTooSlowIsTold() throws Exception {
    serve(
        (caller, _, _) -> {
          Eventually.pause(Duration.ofSeconds(1));
          say(caller, OK);
        });
    var plan = plan(200).with(Connections.TAKEN_IN_TURN);
    try (var load = Load.start(plan)) {
      Eventually.pause(Duration.ofSeconds(2));

      assertThat(load.onTimeFor()).isLessThan(Duration.ofSeconds(1));
      var report = load.stop();

      assertThat(report.failures()).as("%s", report).isEmpty();
      assertThat(report.pace().reached()).as("%s", report).isLessThan(100);
      assertThat(report.pace().latest()).as("%s", report).isGreaterThan(Duration.ofSeconds(1));
    }
  }

  @Test
  void aFullLoadEndsOnlyWithoutFailuresAndAtItsPace() throws Exception {
    serve((caller, _, request) -> say(caller, request < 5 ? OK : OK.replace("200", "500")));
    try (var load = FullLoad.warm(plan(50).with(Connections.NEW), plan(5))) {
      load.awaitSteady();

      assertThatThrownBy(() -> load.endWithNoneFailed("nothing")).hasMessageContaining("500 ok");
    }
  }

  @Test
  void theRateRisesEvenly() {
    var times = new DueTimes(100, 2);

    assertThat(times.of(0)).isZero();
    assertThat(times.of(25)).isEqualTo(1_000_000_000);
    assertThat(times.of(100)).isEqualTo(2_000_000_000);
    assertThat(times.of(200)).isEqualTo(3_000_000_000L);
    assertThat(new DueTimes(100, 0).of(50)).isEqualTo(500_000_000);
  }
}
