package fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A WebSocket that is told to end, in every state in which that can happen. */
class WebSocketTunnelTest {
  private static final String HELLO = "810568656c6c6f";
  private static final String MASKED_HELLO = "81850000000068656c6c6f";
  private static final String GOING_AWAY = "880203e9";
  private static final String MASKED_CLOSE = "88820000000003e9";

  private final StringBuilder toBackend = new StringBuilder();
  private final StringBuilder toCaller = new StringBuilder();
  private final List<String> over = new ArrayList<>();
  private final WebSocketTunnel tunnel =
      new WebSocketTunnel(
          bytes -> take(bytes, toBackend), bytes -> take(bytes, toCaller), () -> over.add("over"));

  private static void take(ByteBuf bytes, StringBuilder to) {
    to.append(ByteBufUtil.hexDump(bytes));
    bytes.release();
  }

  private void fromCaller(String hex) {
    tunnel.fromCaller(WebSocketFramesTest.hex(hex));
  }

  private void fromBackend(String hex) {
    tunnel.fromBackend(WebSocketFramesTest.hex(hex));
  }

  /** The end of what the backend got is a masked Close with status 1001. */
  private void assertBackendWasTold(String before) {
    assertThat(toBackend.toString()).startsWith(before + "8882").hasSize(before.length() + 16);
    byte[] frame = HexFormat.of().parseHex(toBackend.substring(before.length()));
    int status = ((frame[6] ^ frame[2]) & 0xff) << 8 | ((frame[7] ^ frame[3]) & 0xff);
    assertThat(status).isEqualTo(1001);
  }

  @Test
  void bytesPassAsTheyAre() {
    fromCaller(MASKED_HELLO);
    fromBackend(HELLO + "00");

    assertThat(toBackend.toString()).isEqualTo(MASKED_HELLO);
    assertThat(toCaller.toString()).isEqualTo(HELLO + "00");
  }

  @Test
  void betweenFramesBothSidesAreToldAtOnceAndEndWhenBothHaveAnswered() {
    fromCaller(MASKED_HELLO);
    fromBackend(HELLO);

    tunnel.leave();
    tunnel.leave();

    assertThat(toCaller.toString()).isEqualTo(HELLO + GOING_AWAY);
    assertBackendWasTold(MASKED_HELLO);
    fromCaller(MASKED_HELLO + MASKED_CLOSE.substring(0, 4));
    fromBackend(HELLO + GOING_AWAY);
    assertThat(over).isEmpty();
    fromCaller(MASKED_CLOSE.substring(4));
    assertThat(over).hasSize(1);
    assertThat(toCaller.toString()).as("what comes late is dropped").endsWith(HELLO + GOING_AWAY);
    assertBackendWasTold(MASKED_HELLO);
  }

  @Test
  void nothingIsPutIntoTheMiddleOfAFrame() {
    for (int cut = 2; cut < HELLO.length(); cut += 2) {
      toCaller.setLength(0);
      var one = new WebSocketTunnel(ByteBuf::release, bytes -> take(bytes, toCaller), () -> {});
      one.fromBackend(WebSocketFramesTest.hex(HELLO + HELLO.substring(0, cut)));

      one.leave();
      assertThat(toCaller.toString()).isEqualTo(HELLO + HELLO.substring(0, cut));
      one.fromBackend(WebSocketFramesTest.hex(HELLO.substring(cut) + HELLO));

      assertThat(toCaller.toString()).isEqualTo(HELLO + HELLO + GOING_AWAY);
    }
  }

  @Test
  void itIsSaidBetweenTheFragmentsOfAMessage() {
    fromBackend("01026865");

    tunnel.leave();

    assertThat(toCaller.toString()).isEqualTo("01026865" + GOING_AWAY);
  }

  @Test
  void whoIsAboutToEndIsNotDisturbed() {
    fromBackend("880203e8");

    tunnel.leave();
    fromCaller(MASKED_CLOSE);

    assertThat(toCaller.toString()).isEqualTo("880203e8");
    assertThat(toBackend.toString()).isEqualTo(MASKED_CLOSE);
    assertThat(over).isEmpty();
  }

  @Test
  void aCloseThatCrossesOursGoesOnInItsPlace() {
    fromCaller(MASKED_CLOSE.substring(0, 6));
    tunnel.leave();

    fromCaller(MASKED_CLOSE.substring(6));
    fromBackend("880203e8");

    assertThat(toBackend.toString()).isEqualTo(MASKED_CLOSE);
    assertThat(toCaller.toString()).isEqualTo(GOING_AWAY);
    assertThat(over).hasSize(1);
  }

  @Test
  void whatCannotBeFollowedIsLeftAlone() {
    fromBackend("4854545020");

    tunnel.leave();
    fromBackend(HELLO);
    fromCaller(MASKED_HELLO);

    assertThat(toCaller.toString()).isEqualTo("4854545020" + HELLO);
    assertThat(toBackend.toString()).isEqualTo(MASKED_HELLO);
  }

  @Test
  void whatIsLostWhileItEndsStillPasses() {
    fromBackend("81");
    tunnel.leave();

    fromBackend("8061" + HELLO);
    fromBackend(HELLO);

    assertThat(toCaller.toString()).isEqualTo("818061" + HELLO + HELLO);
  }
}
