package fairlead.http2;

import static fairlead.http2.JoinedConnections.frame;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are given up: which of them cost, and how fast a backend is told. */
class PrematureResetTest {
  private static final String CANCEL = "00000008";
  private static final Duration SECOND = Duration.ofSeconds(1);

  private JoinedConnections joined;

  @BeforeEach
  void join() {
    joined = new JoinedConnections();
  }

  @AfterEach
  void close() {
    joined.close();
  }

  private void ask(int streams) {
    for (int n = 0; n < streams; n++) {
      joined.ask(2 * n + 1);
    }
    joined.run();
  }

  private void giveUp(int streams) {
    for (int n = 0; n < streams && joined.caller.isOpen(); n++) {
      joined.caller.writeInbound(frame(JoinedConnections.RST_STREAM, 0, 2 * n + 1, CANCEL));
    }
    joined.run();
  }

  private static long count(EmbeddedChannel peer, int type) {
    return JoinedConnections.sentTo(peer).stream().filter(f -> f.type() == type).count();
  }

  @Test
  void threat31_youngStreamsThatAreGivenUpSpendTheBudget() {
    ask(250);

    giveUp(250);

    assertThat(count(joined.caller, JoinedConnections.GOAWAY)).isEqualTo(1);
  }

  @Test
  void streamsThatWereWaitedForMayBeGivenUpTogether() {
    ask(900);
    joined.pass(SECOND);
    JoinedConnections.sentTo(joined.caller);

    giveUp(900);

    assertThat(count(joined.caller, JoinedConnections.GOAWAY)).isZero();
    assertThat(count(joined.backend, JoinedConnections.RST_STREAM)).isEqualTo(900);
    assertThat(joined.client.streams()).isZero();
  }

  @Test
  void aBackendIsNotToldOfTooManyYoungStreamsAtOnce() {
    ask(190);

    giveUp(190);

    assertThat(count(joined.backend, JoinedConnections.RST_STREAM)).isEqualTo(ResetPace.BURST);
    assertThat(joined.client.streams()).isEqualTo(190 - ResetPace.BURST);
    joined.pass(SECOND.plusMillis(250));
    assertThat(count(joined.backend, JoinedConnections.RST_STREAM))
        .isEqualTo(190 - ResetPace.BURST);
    assertThat(joined.client.streams()).isZero();
  }

  @Test
  void whatStillComesForAStreamThatIsGivenUpIsDropped() {
    ask(190);
    giveUp(190);
    JoinedConnections.sentTo(joined.backend);

    joined.backend.writeInbound(
        frame(JoinedConnections.HEADERS, JoinedConnections.END_HEADERS, 379, "88"));
    joined.backend.writeInbound(frame(JoinedConnections.DATA, 0, 379, "78".repeat(16_000)));
    joined.backend.writeInbound(frame(JoinedConnections.DATA, 0, 379, "78".repeat(16_000)));
    joined.backend.writeInbound(frame(JoinedConnections.DATA, 0, 379, "78".repeat(16_000)));
    joined.run();

    assertThat(JoinedConnections.sentTo(joined.backend)).as("no window, no reset").isEmpty();
  }

  @Test
  void behindABurstEachTenthOfASecondAllowsOneMore() {
    var pace = new ResetPace();
    assertThat(taken(pace, 0)).isEqualTo(ResetPace.BURST);

    assertThat(taken(pace, 99_999_999)).isZero();
    assertThat(taken(pace, 100_000_000)).isEqualTo(1);
    assertThat(taken(pace, 199_999_999)).isZero();
    assertThat(taken(pace, 350_000_000)).isEqualTo(2);
    assertThat(taken(pace, 400_000_000)).as("no part of the time is lost").isEqualTo(1);
  }

  @Test
  void restAllowsNoMoreThanABurst() {
    var pace = new ResetPace();
    assertThat(pace.take(0)).isTrue();

    assertThat(taken(pace, Duration.ofDays(365).toNanos())).isEqualTo(ResetPace.BURST);
  }

  private static int taken(ResetPace pace, long now) {
    int taken = 0;
    while (pace.take(now)) {
      taken++;
    }
    return taken;
  }
}
