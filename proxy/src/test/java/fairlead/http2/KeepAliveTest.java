package fairlead.http2;

import static fairlead.http2.JoinedConnections.frame;
import static fairlead.http2.JoinedConnections.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.wire.Slowness;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Peers that say nothing while streams are open: their hosts may be gone. */
class KeepAliveTest {
  private static final Duration CALLERS_SILENCE = Duration.ofSeconds(60);
  private static final Duration CALLERS_PATIENCE = Duration.ofSeconds(20);
  private static final Duration BACKENDS_SILENCE = Duration.ofSeconds(5);
  private static final Duration BACKENDS_PATIENCE = Duration.ofSeconds(4);

  private final JoinedConnections joined = new JoinedConnections();

  @AfterEach
  void close() {
    joined.close();
  }

  /** Step by step, as time that jumps is taken for a pause of our own. */
  private void pass(EmbeddedChannel peer, Duration time) {
    long step = TimeUnit.SECONDS.toNanos(1);
    for (long left = time.toNanos(); left > 0; left -= step) {
      peer.advanceTimeBy(Math.min(left, step), TimeUnit.NANOSECONDS);
      joined.run();
    }
  }

  private static long pings(EmbeddedChannel peer) {
    return sentTo(peer).stream().filter(f -> f.type() == JoinedConnections.PING).count();
  }

  private void answer(EmbeddedChannel peer) {
    pass(peer, Duration.ofMillis(1));
    peer.writeInbound(frame(JoinedConnections.PING, JoinedConnections.ACK, 0, "0000000000000000"));
    joined.run();
  }

  @Test
  void aCallerThatWaitsForItsAnswerIsAskedOnceAMinute() {
    joined.ask(1);
    for (int minute = 0; minute < 3; minute++) {
      pass(joined.caller, CALLERS_SILENCE.minusMillis(1));
      assertThat(pings(joined.caller)).isZero();
      pass(joined.caller, Duration.ofMillis(1));
      assertThat(pings(joined.caller)).isEqualTo(1);
      answer(joined.caller);
    }

    assertThat(joined.caller.isOpen()).isTrue();
    assertThat(joined.slow()).isEmpty();
  }

  @Test
  void aCallerThatDoesNotAnswerIsGivenUpAndItsBackendFreed() {
    joined.ask(1);
    pass(joined.caller, CALLERS_SILENCE);
    pass(joined.caller, CALLERS_PATIENCE.minusMillis(1));
    assertThat(joined.caller.isOpen()).isTrue();
    sentTo(joined.backend);

    pass(joined.caller, Duration.ofMillis(1));

    assertThat(joined.caller.isOpen()).isFalse();
    assertThat(joined.slow()).containsExactly(Slowness.READ);
    assertThat(sentTo(joined.backend))
        .extracting(JoinedConnections.Sent::type)
        .contains(JoinedConnections.RST_STREAM);
  }

  @Test
  void aCallerWithoutStreamsIsNotAsked() {
    pass(joined.caller, CALLERS_SILENCE.multipliedBy(10));
    joined.ask(1);
    joined.run();
    joined.backend.writeInbound(frame(JoinedConnections.HEADERS, 5, 1, "89")); // :status: 204
    joined.run();
    sentTo(joined.caller);

    pass(joined.caller, CALLERS_SILENCE.multipliedBy(10));

    assertThat(pings(joined.caller)).isZero();
    assertThat(joined.caller.isOpen()).isTrue();
  }

  @Test
  void aBackendIsAskedOnceInASilenceAndThenSeldom() {
    joined.ask(1);
    pass(joined.backend, BACKENDS_SILENCE);
    assertThat(pings(joined.backend)).isEqualTo(1);
    answer(joined.backend);

    pass(joined.backend, Duration.ofSeconds(325));
    assertThat(pings(joined.backend)).isZero();

    pass(joined.backend, Duration.ofSeconds(7));
    assertThat(pings(joined.backend)).isEqualTo(1);
    assertThat(joined.backend.isOpen()).isTrue();
  }

  @Test
  void aBackendThatDoesNotAnswerIsGivenUpAndItsCallersToldSo() {
    joined.ask(1);
    pass(joined.backend, BACKENDS_SILENCE);
    pass(joined.backend, BACKENDS_PATIENCE.minusMillis(1));
    assertThat(joined.backend.isOpen()).isTrue();
    assertThat(sentTo(joined.caller)).isEmpty();

    pass(joined.backend, Duration.ofMillis(1));

    assertThat(joined.backend.isOpen()).isFalse();
    assertThat(sentTo(joined.caller))
        .extracting(JoinedConnections.Sent::type)
        .containsExactly(JoinedConnections.RST_STREAM);
  }

  @Test
  void whateverABackendSaysShowsThatItIsThere() {
    joined.ask(1);
    pass(joined.backend, BACKENDS_SILENCE);
    pass(joined.backend, Duration.ofMillis(1));
    joined.backend.writeInbound(frame(JoinedConnections.SETTINGS, 0, 0, ""));

    pass(joined.backend, BACKENDS_PATIENCE);

    assertThat(joined.backend.isOpen()).isTrue();
  }

  /** Its last words were on their way when it was asked: they are no answer for ever. */
  @Test
  void aBackendThatVanishesBehindItsLastWordsIsGivenUp() {
    joined.ask(1);
    pass(joined.backend, BACKENDS_SILENCE);
    pass(joined.backend, Duration.ofMillis(1));
    joined.backend.writeInbound(
        frame(JoinedConnections.HEADERS, JoinedConnections.END_HEADERS, 1, "88")); // :status: 200
    assertThat(pings(joined.backend)).isEqualTo(1);

    pass(joined.backend, BACKENDS_SILENCE);
    assertThat(pings(joined.backend)).as("asked again").isEqualTo(1);
    assertThat(joined.backend.isOpen()).isTrue();

    pass(joined.backend, BACKENDS_PATIENCE);
    assertThat(joined.backend.isOpen()).isFalse();
  }
}
