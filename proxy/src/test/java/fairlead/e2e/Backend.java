package fairlead.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** A service's instance as a program: says who answered, on which host, and which headers came. */
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
    byte[] body = headers.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("X-Instance", instance);
    exchange.getResponseHeaders().set("Content-Type", "text/plain");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
