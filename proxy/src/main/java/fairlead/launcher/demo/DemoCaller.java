package fairlead.launcher.demo;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Sends one request to the edge and reads the answer to its end. Blocks. */
final class DemoCaller {
  private static final int LIMIT_MILLIS = 15_000;

  /**
   * @param headers names in lower case; those that come several times are joined by commas
   */
  record Answer(int status, Map<String, String> headers, String body, long nanos) {}

  private DemoCaller() {}

  static Answer call(InetSocketAddress edge, String host) throws IOException {
    long start = System.nanoTime();
    try (var socket = new Socket(edge.getAddress(), edge.getPort())) {
      socket.setSoTimeout(LIMIT_MILLIS);
      String request = "GET /hello HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String text = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return parse(text, System.nanoTime() - start);
    }
  }

  private static Answer parse(String text, long nanos) throws IOException {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 || !text.startsWith("HTTP/1.1 ")) {
      throw new IOException("the edge closed the connection without an answer");
    }
    var headers = new LinkedHashMap<String, String>();
    text.substring(0, end)
        .lines()
        .skip(1)
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              headers.merge(
                  line.substring(0, colon).toLowerCase(Locale.ROOT),
                  line.substring(colon + 1).strip(),
                  (one, other) -> one + ", " + other);
            });
    return new Answer(
        Integer.parseInt(text.substring(9, 12)), headers, text.substring(end + 4), nanos);
  }
}
