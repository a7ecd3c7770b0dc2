package fairlead.launcher;

import fairlead.admin.ProcessMark;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code fairlead health}: asks the admin port whether the proxy is there, for a container's health
 * check. Uses nothing but a socket, so that a JVM started for it loads little.
 */
final class HealthCommand {
  private static final String DEFAULT_ADMIN = "127.0.0.1:9990";
  private static final int LIMIT_MILLIS = 2000;
  private static final int ANSWER_BYTES = 4096;

  private HealthCommand() {}

  /**
   * Blocks, at most for a few seconds.
   *
   * @param environment {@code FAIRLEAD_ADMIN} is the admin port, {@code host:port} or {@code port}
   * @return the exit code, 0 or 1
   */
  static int run(Map<String, String> environment, PrintStream err) {
    String admin = admin(environment);
    try {
      String answer = ask(address(admin));
      if (answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("\r\n\r\npong")) {
        return 0;
      }
      err.println("fairlead health: " + admin + ": " + answer.lines().findFirst().orElse("closed"));
    } catch (IOException | IllegalArgumentException e) {
      err.println("fairlead health: " + admin + ": " + e.getMessage());
    }
    return 1;
  }

  /** Where the admin port of this host is, as {@code host:port}. Throws when it is no address. */
  static String hostAndPort(Map<String, String> environment) {
    var address = address(admin(environment));
    return address.getHostString() + ":" + address.getPort();
  }

  private static String admin(Map<String, String> environment) {
    String given = environment.getOrDefault("FAIRLEAD_ADMIN", "");
    return given.isBlank() ? DEFAULT_ADMIN : given.strip();
  }

  /** A listener on every address is asked on this host's own. */
  private static InetSocketAddress address(String admin) {
    int colon = admin.lastIndexOf(':');
    String host = colon <= 0 ? "127.0.0.1" : admin.substring(0, colon);
    try {
      int port = Integer.parseInt(admin.substring(colon + 1));
      return new InetSocketAddress(host.equals("0.0.0.0") ? "127.0.0.1" : host, port);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException(
          "not an address; set FAIRLEAD_ADMIN to host:port, as in " + DEFAULT_ADMIN);
    }
  }

  private static String ask(InetSocketAddress address) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(address, LIMIT_MILLIS);
      socket.setSoTimeout(LIMIT_MILLIS);
      var own = ProcessMark.ofContainer();
      String request =
          "GET /admin/ping"
              + (own == null ? "" : "?" + own.query())
              + " HTTP/1.1\r\nHost: "
              + address.getHostString()
              + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes(ANSWER_BYTES);
      return new String(answer, StandardCharsets.ISO_8859_1);
    }
  }
}
