package fairlead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import fairlead.e2e.Caller.Answer;
import fairlead.http.Head;
import fairlead.naming.Path;
import fairlead.routing.identify.Identification;
import fairlead.routing.identify.Identifier;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.routing.identify.Identifiers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real servers tell which first segment they read out of a path; what {@code io.l5d.path} accepts
 * they must read as it does (threat 56). Needs no root.
 */
class PathServersTest {
  private static final String ADDRESS = "127.0.0.1";
  private static final Identifier BY_PATH =
      Identifiers.of(List.of(new IdentifierConfig.UriPath(1, false)), Path.of("svc"));
  private static final List<String> PIECES =
      List.of(
          "web",
          "admin",
          ".",
          "..",
          "%2e",
          "%2e%2e",
          ".%2E",
          "..;",
          "..;x=1",
          ";a",
          "web;a",
          "%3b",
          "..%3b",
          "",
          "%2f",
          "web%2f..",
          "..%2f",
          "%2e%2e%2f",
          "%5c..",
          "..%5c",
          "%252e%252e",
          "%77eb",
          "a%20b",
          "web%00");

  private final Place place = Place.loopback();

  @TempDir java.nio.file.Path dir;

  private static List<String> targets() {
    var all = new TreeSet<String>();
    for (String first : PIECES) {
      all.add("/" + first);
      for (String second : PIECES) {
        all.add("/" + first + "/" + second);
        all.add("/" + first + "/" + second + "/admin");
        all.add("/web/" + first + "/" + second + "/admin");
      }
    }
    return new ArrayList<>(all);
  }

  /** Asks {@code server} for every target that we would route; it answers the first segment. */
  private void agree(String name, InetSocketAddress server) throws IOException {
    int accepted = 0;
    boolean differs = false;
    var disagreements = new ArrayList<String>();
    for (String target : targets()) {
      switch (BY_PATH.identify(Head.request("GET", target))) {
        case Identification.Identified(var service) -> {
          accepted++;
          String ours = URLDecoder.decode(service.elements().get(1), StandardCharsets.UTF_8);
          String theirs = ask(server, target, ours);
          if (!theirs.equals(ours)) {
            disagreements.add(target + ": we say " + ours + ", " + name + " says " + theirs);
          }
        }
        case Identification.Unidentified _ -> {}
        case Identification.Invalid _ -> {
          String raw = target.split("/", -1)[1];
          differs = differs || !ask(server, target, raw).equals(raw);
        }
      }
    }
    assertThat(disagreements).isEmpty();
    assertThat(accepted).isBetween(50, targets().size() / 2);
    assertThat(differs).as("some that are refused are read in another way").isTrue();
  }

  /** What {@code server} calls the first segment; {@code otherwise} when it refuses the path. */
  private static String ask(InetSocketAddress server, String target, String otherwise)
      throws IOException {
    try (var caller = new Caller(server, Duration.ofSeconds(10))) {
      Answer answer = caller.send("GET", "any", target, "");
      return answer.status() < 400 ? answer.body().strip() : otherwise;
    }
  }

  private void await(Program program, int port) {
    Eventually.until(
        () -> "a server" + program.tail(),
        Duration.ofSeconds(20),
        () -> Fairlead.accepts(place.at(port)));
  }

  @Test
  void threat56_nginxReadsTheSamePath() throws Exception {
    int port = Parts.freePort(ADDRESS);
    var config =
        Files.writeString(
            dir.resolve("nginx.conf"),
            """
            daemon off; pid %1$s/pid; error_log /dev/null;
            events {}
            http {
              access_log off;
              client_body_temp_path %1$s; proxy_temp_path %1$s; fastcgi_temp_path %1$s;
              uwsgi_temp_path %1$s; scgi_temp_path %1$s;
              server {
                listen 127.0.0.1:%2$d;
                location / { if ($uri ~ "^/([^/]*)") { return 200 "$1"; } }
              }
            }
            """
                .formatted(dir, port));
    try (Program nginx =
        place.start("nginx", Map.of(), List.of(Parts.nginx(), "-c", config.toString()))) {
      await(nginx, port);
      agree("nginx", place.at(port));
    }
  }

  @Test
  void threat56_haproxyReadsTheSamePath() throws Exception {
    int port = Parts.freePort(ADDRESS);
    var config =
        Files.writeString(
            dir.resolve("haproxy.cfg"),
            """
            global
              expose-experimental-directives
            defaults
              mode http
              timeout client 20s
            frontend f
              bind 127.0.0.1:%d
              http-request normalize-uri percent-decode-unreserved
              http-request normalize-uri path-merge-slashes
              http-request normalize-uri path-strip-dot
              http-request normalize-uri path-strip-dotdot full
              http-request return status 200 content-type text/plain lf-string "%%[path,field(2,/),url_dec]"
            """
                .formatted(port));
    try (Program haproxy =
        place.start(
            "haproxy", Map.of(), List.of(Parts.fetch("haproxy"), "-f", config.toString()))) {
      await(haproxy, port);
      agree("haproxy", place.at(port));
    }
  }

  @Test
  void threat56_pythonsFileServerReadsTheSamePath() throws Exception {
    Assumptions.assumeTrue(
        Parts.installed("python3"), "skipped: python3 is missing (apt-get install python3)");
    int port = Parts.freePort(ADDRESS);
    String script =
        """
        import http.server
        class H(http.server.SimpleHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                inside = self.translate_path(self.path)[len(self.directory):].lstrip("/")
                body = inside.split("/")[0].encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *a): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", %d), H).serve_forever()
        """
            .formatted(port);
    try (Program python = place.start("python", Map.of(), List.of("python3", "-c", script))) {
      await(python, port);
      agree("python", place.at(port));
    }
  }

  @Test
  void threat56_nodesUrlReadsTheSamePath() throws Exception {
    Assumptions.assumeTrue(
        Parts.installed("node"), "skipped: node is missing (apt-get install nodejs)");
    int port = Parts.freePort(ADDRESS);
    String script =
        """
        require('http').createServer((q, a) => {
          const path = new URL('http://x' + q.url).pathname.split('/')[1];
          let name; try { name = decodeURIComponent(path); } catch (e) { a.statusCode = 400; name = ''; }
          a.end(name);
        }).listen(%d, '127.0.0.1');
        """
            .formatted(port);
    try (Program node = place.start("node", Map.of(), List.of("node", "-e", script))) {
      await(node, port);
      agree("node", place.at(port));
    }
  }

  @Test
  void threat56_javasUriReadsTheSamePath() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().normalize().getPath();
          byte[] body = path.split("/", -1)[1].getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      agree("java", server.getAddress());
    } finally {
      server.stop(0);
    }
  }

  /** As servlet containers do: parameters off, decode, then dot segments. */
  @Test
  void threat56_aServletContainersOrderReadsTheSamePath() throws Exception {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String raw = exchange.getRequestURI().getRawPath().replaceAll(";[^/]*", "");
          String decoded = URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
          String path =
              java.net.URI.create("http://x").resolve(encoded(decoded)).normalize().getPath();
          byte[] body = path.split("/", -1)[1].getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      agree("a servlet container", server.getAddress());
    } finally {
      server.stop(0);
    }
  }

  private static java.net.URI encoded(String path) {
    try {
      return new java.net.URI(null, null, path.replace('\\', '/').replaceAll("/+", "/"), null);
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
