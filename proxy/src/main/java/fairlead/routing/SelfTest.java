package fairlead.routing;

import fairlead.naming.Path;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A request of our own, before anybody else's. Blocks. */
final class SelfTest {
  private static final int LIMIT_MILLIS = 10_000;
  private static final int ANSWER_BYTES = 64;
  private static final String ANSWER = "HTTP/1.1 ";

  private SelfTest() {}

  /**
   * Asks a listener; any status will do, as an identifier may not know what to make of it.
   *
   * @throws IOException when no answer came
   */
  static void ask(InetSocketAddress listener, Path prefix) throws IOException {
    String request =
        "GET /fairlead/self-test/ HTTP/1.1\r\nHost: fairlead-self-test\r\nl5d-dtab: "
            + prefix.show()
            + " => /$/io.buoyant.http.status/204\r\nConnection: close\r\n\r\n";
    try (var socket = new Socket()) {
      socket.connect(listener, LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] bytes = socket.getInputStream().readNBytes(ANSWER_BYTES);
      String answer = new String(bytes, StandardCharsets.ISO_8859_1);
      if (!answer.startsWith(ANSWER)) {
        throw new IOException("not an answer: '" + answer.lines().findFirst().orElse("") + "'");
      }
    }
  }
}
