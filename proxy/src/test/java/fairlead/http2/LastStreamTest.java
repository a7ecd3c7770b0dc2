package fairlead.http2;

import static fairlead.http2.JoinedConnections.frame;
import static fairlead.http2.JoinedConnections.sentTo;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A connection to a backend that has used up its numbers makes room for another. */
class LastStreamTest {
  private final JoinedConnections joined = new JoinedConnections(Integer.MAX_VALUE);

  @AfterEach
  void close() {
    joined.close();
  }

  @Test
  @Requirement(
      rfc = "9113 §5.1.1",
      says = "when our numbers are used up the connection ends with its last stream")
  void theLastNumberEndsTheConnection() {
    joined.ask(1);
    joined.run();

    var sent = sentTo(joined.backend);
    assertThat(sent)
        .extracting(JoinedConnections.Sent::type)
        .containsExactly(JoinedConnections.HEADERS, JoinedConnections.GOAWAY);
    assertThat(sent.getFirst().stream()).isEqualTo(Integer.MAX_VALUE);
    assertThat(joined.client.room()).isZero();
    assertThat(joined.leaving()).isEqualTo(1);
    assertThat(joined.backend.isOpen()).isTrue();

    int last = JoinedConnections.END_HEADERS | JoinedConnections.END_STREAM;
    joined.backend.writeInbound(
        frame(JoinedConnections.HEADERS, last, Integer.MAX_VALUE, "89")); // :status: 204
    joined.run();

    assertThat(sentTo(joined.caller))
        .extracting(JoinedConnections.Sent::type)
        .contains(JoinedConnections.HEADERS);
    assertThat(joined.backend.isOpen()).isFalse();
    assertThat(joined.leaving()).isEqualTo(1);
  }
}
