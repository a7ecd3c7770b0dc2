package fairlead.admin;

import ch.qos.logback.classic.LoggerContext;
import fairlead.admin.AdminConfig.Security;
import fairlead.telemetry.MetricsTree;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** An admin server on loopback, started when first asked, and a small HTTP client for it. */
class AdminFixture {
  static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  static final Duration GRACE = Duration.ofSeconds(25);
  static final String CLOSE = "Host: localhost\r\nConnection: close";

  final MetricsTree tree = new MetricsTree();
  final List<Duration> shutdowns = new ArrayList<>();
  final LoggerContext logging = new LoggerContext();
  private @Nullable AdminServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close(Duration.ZERO).toCompletableFuture().join();
    }
  }

  AdminConfig config(@Nullable Security security) {
    return new AdminConfig(LOOPBACK, 0, GRACE, security, null);
  }

  AdminPages pages() {
    var pages = new AdminPages();
    ProcessPages.addTo(pages, "1.2.3");
    StaticFiles.addTo(pages);
    return pages
        .add("/admin/metrics.json", new MetricsPage(tree, _ -> false, Runnable::run))
        .addControl("/logging.json", new LoggingPage(logging))
        .addControl("/admin/shutdown", new ShutdownPage(GRACE, shutdowns::add));
  }

  void start(AdminConfig config, AdminPages pages) throws IOException {
    server = AdminServer.start(config, pages, tree);
  }

  AdminServer server() throws IOException {
    if (server == null) {
      start(config(null), pages());
    }
    return Objects.requireNonNull(server);
  }

  record Response(int status, String head, String body) {}

  Response get(String target, String... headers) throws IOException {
    return request("GET", target, headers);
  }

  Response post(String target, String... headers) throws IOException {
    return request("POST", target, headers);
  }

  Response request(String method, String target, String... headers) throws IOException {
    var all = new ArrayList<>(List.of(headers));
    all.add(CLOSE);
    return send(head(method + " " + target, all.toArray(String[]::new)));
  }

  static String head(String start, String... headers) {
    return start + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
  }

  Response send(String request) throws IOException {
    try (var socket = connect()) {
      write(socket, request);
      String all = readAll(socket);
      int end = all.indexOf("\r\n\r\n");
      int status = Integer.parseInt(all.substring(9, 12));
      return new Response(status, all.substring(0, end + 2), all.substring(end + 4));
    }
  }

  Socket connect() throws IOException {
    return new Socket(LOOPBACK, server().address().getPort());
  }

  static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String readAll(Socket socket) throws IOException {
    return readAll(socket, StandardCharsets.UTF_8);
  }

  static String readAll(Socket socket, Charset charset) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), charset);
  }
}
