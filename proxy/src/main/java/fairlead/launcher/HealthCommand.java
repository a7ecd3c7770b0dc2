package fairlead.launcher;

import fairlead.admin.ProcessMark;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * {@code fairlead health}: asks the admin port whether the proxy is there, for a container's health
 * check. Uses nothing but a socket, so that a JVM started for it loads little.
 */
final class HealthCommand {
  /** The variable that says where the admin port is, {@code host:port} or {@code port}. */
  static final String VARIABLE = "FAIRLEAD_ADMIN";

  private static final String DEFAULT_ADMIN = "127.0.0.1:9990";
  private static final int LIMIT_MILLIS = 2000;
  private static final int ANSWER_BYTES = 4096;
  private static final int MAX_PORT = 65_535;

  private static final String END_OF_HEAD = "\r\n\r\n";
  private static final String ADDRESS_MEND =
      "start Fairlead, or set " + VARIABLE + " to where its admin port is";
  private static final String PING_MEND =
      "see that this is the admin port, and that admin.security lets /admin/ping through";

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
      if (answer.startsWith("HTTP/1.1 200 ") && answer.endsWith(END_OF_HEAD + "pong")) {
        return 0;
      }
      if (answer.startsWith("HTTP/1.1 503 ")) { // of another process, which says so
        tell(err, admin, answer.substring(answer.indexOf(END_OF_HEAD) + 4).strip());
      } else {
        String first = answer.lines().findFirst().orElse("closed without an answer");
        tell(err, admin, first + "; " + PING_MEND);
      }
    } catch (UnknownHostException _) {
      tell(err, admin, "unknown host; " + ADDRESS_MEND);
    } catch (IOException unreachable) {
      tell(err, admin, unreachable.getMessage() + "; " + ADDRESS_MEND);
    } catch (IllegalArgumentException none) {
      err.println("fairlead health: " + none.getMessage());
    }
    return 1;
  }

  private static void tell(PrintStream err, String admin, String what) {
    err.println("fairlead health: " + admin + ": " + what);
  }

  /** Where the admin port of this host is, as {@code host:port}. Throws when it is no address. */
  static String hostAndPort(Map<String, String> environment) {
    var address = address(admin(environment));
    return address.getHostString() + ":" + address.getPort();
  }

  private static String admin(Map<String, String> environment) {
    String given = environment.getOrDefault(VARIABLE, "");
    return given.isBlank() ? DEFAULT_ADMIN : given.strip();
  }

  /** A listener on every address is asked on this host's own. */
  private static InetSocketAddress address(String admin) {
    int colon = admin.lastIndexOf(':');
    String host = colon <= 0 ? "127.0.0.1" : admin.substring(0, colon);
    String digits = admin.substring(colon + 1);
    if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > MAX_PORT) {
      throw new IllegalArgumentException(
          VARIABLE + ": '" + admin + "' is no address; use host:port, as in " + DEFAULT_ADMIN);
    }
    int port = Integer.parseInt(digits);
    return new InetSocketAddress(host.equals("0.0.0.0") ? "127.0.0.1" : host, port);
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
