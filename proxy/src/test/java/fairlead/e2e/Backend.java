package fairlead.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A service's instance as a program: says who answered, on which host, and which headers came.
 * {@code /after/MILLIS} is answered so late, {@code /bytes/COUNT} with so many, and of {@code
 * /drip/COUNT} comes one byte a second.
 */
final class Backend {
  /** The system makes a connection for us even while a busy machine gives us no turn. */
  private static final int BACKLOG = 4096;

  private Backend() {}

  /**
   * Arguments: instance, host, address and port to listen on. Prints {@code listening on PORT}.
   * SIGTERM lets what is in progress end.
   */
  public static void main(String[] args) throws IOException {
    String instance = args[0] + "@" + args[1];
    HttpServer server =
        HttpServer.create(new InetSocketAddress(args[2], Integer.parseInt(args[3])), BACKLOG);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", exchange -> answer(exchange, instance));
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(2)));
    server.start();
    System.out.println("listening on " + server.getAddress().getPort());
  }

  private static void answer(HttpExchange exchange, String instance) throws IOException {
    String headers =
        exchange.getRequestHeaders().entrySet().stream()
            .map(e -> e.getKey() + ": " + String.join(", ", e.getValue()) + "\n")
            .collect(Collectors.joining());
    String path = exchange.getRequestURI().getPath();
    pause(number(path, "/after/"));
    int drips = number(path, "/drip/");
    int bytes = number(path, "/bytes/") + drips;
    byte[] body = headers.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Instance", instance);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, bytes > 0 ? bytes : body.length);
    if (drips > 0) {
      drip(exchange.getResponseBody(), drips);
    } else if (bytes > 0) {
      fill(exchange.getResponseBody(), bytes);
    } else {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  private static void fill(OutputStream to, int count) throws IOException {
    byte[] some = new byte[Math.min(count, 8192)];
    Arrays.fill(some, (byte) 'x');
    for (int left = count; left > 0; left -= some.length) {
      to.write(some, 0, Math.min(left, some.length));
    }
  }

  private static void drip(OutputStream to, int count) throws IOException {
    for (int n = 0; n < count; n++) {
      to.write('x');
      to.flush();
      pause(1000);
    }
  }

  /** What follows {@code prefix} in {@code path}; 0 when it begins otherwise. */
  private static int number(String path, String prefix) {
    return path.startsWith(prefix) ? Integer.parseInt(path.substring(prefix.length())) : 0;
  }

  private static void pause(int millis) {
    if (millis > 0) {
      Eventually.pause(Duration.ofMillis(millis));
    }
  }
}
