package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http2.Frame;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The one request of HTTP/1.1 that a listener of HTTP/2 takes ({@code spec/http.md} §17.2). */
@Timeout(60)
class H2cUpgradeTest {
  private static final String UPGRADE =
      """
      GET / HTTP/1.1\r
      Host: web\r
      Connection: Upgrade, HTTP2-Settings\r
      Upgrade: h2c\r
      HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r
      \r
      """;
  private static final String SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n";

  /** What the caller says next: the preface, and SETTINGS without a setting. */
  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0";

  private final Http2 http2 = new Http2();

  @BeforeEach
  void serve() {
    http2.rig.backend("web", Http2.OK);
  }

  @AfterEach
  void close() {
    http2.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, Integer.MAX_VALUE})
  void isAnsweredOnTheFirstStreamHoweverItsBytesCome(int piece) throws IOException {
    try (var caller = connect()) {
      send(caller, UPGRADE + PREFACE, piece);

      var in = new DataInputStream(caller.getInputStream());
      assertThat(text(in.readNBytes(SWITCHING.length()))).isEqualTo(SWITCHING);
      assertThat(bodyOfFirst(in)).isEqualTo("ok");
    }
  }

  @Test
  void isRefusedWithoutSettings() throws IOException {
    try (var caller = connect()) {
      send(caller, UPGRADE.replaceFirst("HTTP2-Settings: .*\r\n", ""), Integer.MAX_VALUE);

      assertThat(text(caller.getInputStream().readAllBytes()))
          .startsWith("HTTP/1.0 505 ")
          .endsWith("HTTP/2 is spoken here\n");
    }
  }

  private Socket connect() throws IOException {
    var caller = new Socket(http2.rig.address.getAddress(), http2.rig.address.getPort());
    caller.setTcpNoDelay(true);
    caller.setSoTimeout(10_000);
    return caller;
  }

  private static void send(Socket caller, String text, int piece) throws IOException {
    byte[] all = text.getBytes(StandardCharsets.ISO_8859_1);
    for (int from = 0; from < all.length; from += Math.min(piece, all.length)) {
      caller.getOutputStream().write(all, from, Math.min(piece, all.length - from));
    }
  }

  /** The body on stream 1, once the caller's SETTINGS are acknowledged too. */
  private static String bodyOfFirst(DataInputStream in) throws IOException {
    String body = null;
    boolean heard = false;
    while (body == null || !heard) {
      int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = in.readNBytes(length);
      heard |= type == Frame.SETTINGS && (flags & Frame.ACK) != 0;
      if (type == Frame.DATA && stream == 1) {
        body = text(payload);
      }
    }
    return body;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
