package fairlead.http2;

import static fairlead.http2.JoinedConnections.frame;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.JoinedConnections.Sent;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An answer that came whole, for a caller that takes it later than its backend stays. */
class HeldAnswerTest {
  private static final int PART = 8192;
  private static final int BODY = 6 * PART;

  private JoinedConnections joined;

  /** The caller's window is shut; the backend has said all, and a part of it waits here. */
  @BeforeEach
  void answerThatIsHeld() {
    joined = new JoinedConnections();
    joined.askWithoutAWindow();
    for (int sent = 0; sent < BODY; sent += PART) {
      int end = sent + PART == BODY ? JoinedConnections.END_STREAM : 0;
      joined.backend.writeInbound(frame(JoinedConnections.DATA, end, 1, "78".repeat(PART)));
    }
    joined.run();
    assertThat(joined.client.streams()).as("streams with a part that waits").isEqualTo(1);
  }

  @AfterEach
  void close() {
    joined.close();
  }

  @Test
  void outlivesItsConnection() {
    var _ = joined.backend.close();

    assertWhole(taken());
  }

  /** RFC 9113 §8.1: the answer is not dropped. */
  @Test
  void outlivesAResetBehindIt() {
    joined.backend.writeInbound(frame(JoinedConnections.RST_STREAM, 0, 1, "00000000"));

    assertWhole(taken());
  }

  @Test
  void isDroppedWithItsCaller() {
    var _ = joined.backend.close();
    joined.run();
    assertThat(joined.client.streams()).as("it is held").isEqualTo(1);

    var _ = joined.caller.close();
    joined.run();

    assertThat(joined.client.streams()).isZero();
  }

  /** Opens the window; returns what the caller was sent in all. */
  private List<Sent> taken() {
    joined.run();
    joined.caller.writeInbound(frame(JoinedConnections.WINDOW_UPDATE, 0, 1, "0000ffff"));
    joined.run();
    return JoinedConnections.sentTo(joined.caller);
  }

  private void assertWhole(List<Sent> frames) {
    var data = frames.stream().filter(f -> f.type() == JoinedConnections.DATA).toList();
    assertThat(data.stream().mapToInt(Sent::length).sum()).isEqualTo(BODY);
    assertThat(data.getLast().flags()).isEqualTo(JoinedConnections.END_STREAM);
    assertThat(frames).noneMatch(f -> f.type() == JoinedConnections.RST_STREAM);
    assertThat(joined.client.streams()).isZero();
  }
}
