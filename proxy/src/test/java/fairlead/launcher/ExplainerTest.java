package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.naming.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What explain says, beside what a real request to the same proxy gets. */
@Timeout(60)
class ExplainerTest {
  private static final Pattern STATUS = Pattern.compile("\\b([45][0-9]{2})\\b");

  private static final String CONFIG =
      """
      admin: {port: 0}
      namers:
      - {kind: io.l5d.fs, rootDir: DISCO}
      - {kind: io.l5d.consul, host: 127.0.0.1, port: 1}
      routers:
      - protocol: http
        label: out
        dtab: |
          /svc => /#/io.l5d.fs ;
          /host/*/x => /#/io.l5d.fs/users ;
          /svc/wild => /host/any/x ;
          /svc/alt => /#/io.l5d.fs/none | /#/io.l5d.fs/web | /#/io.l5d.fs/users ;
          /svc/union => 3 * /#/io.l5d.fs/web & 1 * /#/io.l5d.fs/users ;
          /svc/fail => ! | /#/io.l5d.fs/web ;
          /svc/over => $ | /#/io.l5d.fs/web ;
          /svc/loop => /svc/loop ;
          /svc/teapot => /$/io.buoyant.http.status/418 ;
          /svc/consul => /#/io.l5d.consul/.local/web ;
        servers: [{port: 0}]
      - protocol: http
        label: local
        identifier: {kind: io.l5d.path, segments: 1}
        dtab: /svc => /#/io.l5d.fs
        interpreter:
          kind: default
          transformers: [{kind: io.l5d.specificHost, host: 127.0.0.1}]
        servers: [{port: 0, clearContext: true}]
      """;

  @TempDir Path disco;

  private final List<HttpServer> backends = new ArrayList<>();
  private @Nullable Proxy started;

  @BeforeEach
  void serve() throws IOException {
    String web = backend();
    Files.writeString(disco.resolve("web"), web + "\n" + backend() + "\n");
    Files.writeString(disco.resolve("users"), backend() + "\n");
    Files.writeString(disco.resolve("mixed"), web + "\n192.0.2.1 80\n");
    Files.writeString(disco.resolve("empty"), "");
    Loaded loaded =
        ConfigurationLoader.load(
            ConfigText.of("f.yaml", CONFIG.replace("DISCO", disco.toString())),
            Machines.host(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    started =
        Proxy.start(
            Objects.requireNonNull(loaded.configuration()), ShownConfig.NOTHING, 1, _ -> {});
  }

  @AfterEach
  void stop() {
    proxy().close();
    backends.forEach(backend -> backend.stop(0));
  }

  @ParameterizedTest
  @CsvSource({
    "out,web,/,",
    "out,wild,/,",
    "out,alt,/,",
    "out,union,/,",
    "out,fail,/,",
    "out,over,/,",
    "out,loop,/,",
    "out,nobody,/,",
    "out,empty,/,",
    "out,teapot,/,",
    "out,consul,/,",
    "out,web,/,l5d-dtab: /svc/web => /svc/users",
    "out,web,/,l5d-ctx-dtab: /svc/web => !",
    "out,web,/,l5d-dtab: nonsense",
    "local,any,/mixed,",
    "local,any,/web/deeper,",
    "local,any,/none,",
    "local,any,/,",
    "local,any,/web,l5d-dtab: nonsense"
  })
  void saysWhereARequestReallyGoes(String router, String host, String path, @Nullable String header)
      throws IOException {
    List<String> headers = header == null ? List.of() : List.of(header);

    var told = explain("http://" + host + path, headers, router);
    String answer = call(router, host, path, headers);

    var routed = told.routed();
    var ports =
        routed == null
            ? List.<String>of()
            : routed.endpoints().stream().map(Endpoint::show).map(ExplainerTest::port).toList();
    if (ports.isEmpty()) {
      var status = STATUS.matcher(told.result());
      assertThat(status.find()).as(told.result()).isTrue();
      assertThat(answer).startsWith("HTTP/1.1 " + status.group(1) + " ");
    } else {
      assertThat(answer).startsWith("HTTP/1.1 200 ");
      assertThat(ports).contains(answer.substring(answer.lastIndexOf(':') + 1));
    }
  }

  @Test
  void eachAddressIsKeptOrDroppedWithTheReason() {
    String told = explain("http://any/mixed", List.of(), "local").show();

    assertThat(told)
        .contains("identify   io.l5d.path (1): /svc/mixed\n")
        .containsPattern("kept +127\\.0\\.0\\.1:[0-9]+\n")
        .contains("dropped 192.0.2.1:80: not on 127.0.0.1\n")
        .contains("discovery  /io.l5d.fs: files last read 20")
        .contains("result     the only one is taken\n");
  }

  @Test
  void aRuleThatLeadsToItselfIsToldOnce() {
    assertThat(explain("http://loop/", List.of(), "out").show().lines())
        .hasSizeLessThan(20)
        .anyMatch(line -> line.contains("the rule leads to itself, the answer would be 502"));
  }

  @Test
  void consulAwayIsToldWithTheReasonAndInTime() {
    assertThat(explain("http://consul/", List.of(), "out").show())
        .contains("/#/io.l5d.consul/.local/web", "no such name, as far as is known: ")
        .contains("result     none: the answer would be 503, since nothing is known: ");
  }

  @Test
  void anUnknownRouterIsToldWithTheKnown() {
    assertThatThrownBy(() -> explain("http://web/", List.of(), "in"))
        .hasMessage("there is no router 'in'; write one of out, local");
  }

  @Test
  void aContextThatIsClearedIsTold() {
    assertThat(explain("http://web/web", List.of("l5d-dtab: nonsense"), "local").identified())
        .startsWith("clearContext: l5d-dtab is taken out");
  }

  private Explanation explain(String url, List<String> headers, String router) {
    var request = new ExplainRequest("GET", url, headers, router);
    return proxy().explainer().explain(request).toCompletableFuture().join();
  }

  private Proxy proxy() {
    return Objects.requireNonNull(started);
  }

  /** The whole answer to a real request. */
  private String call(String router, String host, String path, List<String> headers)
      throws IOException {
    InetSocketAddress at = proxy().addresses(router).getFirst();
    try (var socket = new Socket(at.getAddress(), at.getPort())) {
      var request =
          new StringBuilder("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n")
              .append("Connection: close\r\n");
      headers.forEach(header -> request.append(header).append("\r\n"));
      socket.getOutputStream().write((request + "\r\n").getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  /** A line of a discovery file: a server that answers {@code port:N}. */
  private String backend() throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 16);
    int port = server.getAddress().getPort();
    byte[] body = ("port:" + port).getBytes(StandardCharsets.US_ASCII);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    backends.add(server);
    return "127.0.0.1 " + port;
  }
}
