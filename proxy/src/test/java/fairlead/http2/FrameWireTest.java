package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What tests of HTTP/2 read with. */
class FrameWireTest {
  private ServerSocket server;
  private FrameWire wire;
  private Socket peer;

  @BeforeEach
  void connect() throws IOException {
    server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    wire = FrameWire.connect((InetSocketAddress) server.getLocalSocketAddress());
    peer = server.accept();
  }

  @AfterEach
  void close() throws IOException {
    wire.close();
    peer.close();
    server.close();
  }

  private void say(Frame... frames) throws IOException {
    for (var frame : frames) {
      peer.getOutputStream().write(frame.bytes());
    }
  }

  private static Frame head(int stream, int status) {
    return Frame.headers(stream, FrameWire.response(status), false);
  }

  private static Frame body(int stream, String text, boolean end) {
    return Frame.data(stream, text.getBytes(StandardCharsets.US_ASCII), end);
  }

  @Test
  void answersAreReadInAnyOrder() throws IOException {
    say(
        head(5, 205),
        body(5, "fi", false),
        head(1, 201),
        head(3, 203),
        body(5, "ve", true),
        body(1, "one", true),
        body(3, "three", true));

    assertThat(wire.answer(1).body()).isEqualTo("one");
    var third = wire.answer(3);
    var fifth = wire.answer(5);

    assertThat(third.status() + third.body()).isEqualTo("203three");
    assertThat(fifth.status() + fifth.body()).isEqualTo("205five");
  }

  @Test
  void anAnswerThatIsNotThereLeavesTheOthersToBeRead() throws IOException {
    say(head(3, 203), body(3, "three", true));
    peer.close();

    assertThatThrownBy(() -> wire.answer(1))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("before what was expected");
    assertThat(wire.answer(3).body()).isEqualTo("three");
  }

  @Test
  void anEndWithinAHeaderBlockIsTold() throws IOException {
    byte[] none = {};
    say(new Frame(Frame.HEADERS, 0, 1, none));
    peer.close();

    assertThatThrownBy(() -> wire.answer(1))
        .isInstanceOf(EOFException.class)
        .hasMessageContaining("within a header block");
  }
}
