package fairlead.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import fairlead.launcher.demo.Demo.Ports;
import fairlead.server.CannotListenException;
import fairlead.server.EventLoops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pieces of the demo; each host's proxy is a relay to its own web instance here. */
@Timeout(60)
class DemoTest {
  @TempDir Path dir;

  private final EventLoopGroup group =
      new EventLoops(1, new DefaultThreadFactory("demo"), NioIoHandler.newFactory());
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Map<String, String>> started = new ArrayList<>();

  @AfterEach
  void stop() {
    client.close();
    group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void bothHostsGetTheSameFileAndTheirOwnAddress() throws Exception {
    var demo = Demo.start(this::relay, dir, ports());
    demo.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(started)
        .extracting(env -> env.get("LOCAL_IP"))
        .containsExactly("127.0.0.2", "127.0.0.3");
    assertThat(started).extracting(env -> env.get("DISCOVERY")).containsOnly(dir + "/discovery");
    assertThat(started)
        .extracting(env -> env.get("TLS_DIR"))
        .containsExactly(dir + "/tls/127.0.0.2", dir + "/tls/127.0.0.3");
  }

  @Test
  void aRequestTellsItsWay() throws Exception {
    var demo = Demo.start(this::relay, dir, ports());

    JsonNode way = new JsonMapper().readTree(get(demo.url() + "demo.json?service=web"));
    demo.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(way.get("status").asInt()).isEqualTo(200);
    assertThat(way.get("host").asText()).isEqualTo("127.0.0.2");
    assertThat(way.get("hops").findValuesAsText("name"))
        .containsExactly("edge", "outgoing router", "incoming router", "service web");
    assertThat(way.get("hops").findValuesAsText("explain"))
        .containsExactly("outgoing relays http://web/hello", "incoming relays http://web/hello");
    assertThat(way.get("request").toString())
        .contains("\"Host\":\"web\"")
        .doesNotContain("ontent-");
    assertThat(way.get("response").toString()).contains("application/json");
  }

  @Test
  void anUnknownServiceIsAnsweredWithTheKnown() throws Exception {
    var demo = Demo.start(this::relay, dir, ports());

    String answer = get(demo.url() + "demo.json?service=none");
    demo.close(Duration.ZERO).toCompletableFuture().join();

    assertThat(answer).isEqualTo("{\"services\":[\"web\",\"users\"]}");
  }

  @Test
  void portsThatSomethingElseHasAreReplacedAndTold() throws Exception {
    var choice = new DemoPorts();
    try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.3"))) {
      int port = taken.getLocalPort();

      Ports ports = choice.choose(new Ports(0, 0, port, free(), free()), false);

      assertThat(ports.outgoing()).isNotEqualTo(port).isPositive();
      assertThat(choice.notes())
          .containsExactly(
              "Port "
                  + port
                  + " (outgoing) is taken by something else; using "
                  + ports.outgoing()
                  + ".");
    }
  }

  @Test
  void aPagePortThatWasAskedForIsNotReplaced() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      Ports wanted = new Ports(port, 0, 0, 0, 0);

      assertThat(new DemoPorts().choose(wanted, true)).isEqualTo(wanted);
      assertThatThrownBy(() -> Demo.start(this::relay, dir, new Ports(port, 0, free(), free(), 0)))
          .isInstanceOf(CannotListenException.class)
          .hasMessageContaining("127.0.0.1:" + port);
    }
  }

  @Test
  void thePageAndItsFilesAreThere() throws Exception {
    var demo = Demo.start(this::relay, dir, ports());

    for (String name : List.of("", "files/demo.js", "files/dom.js", "files/style.css")) {
      assertThat(get(demo.url() + name)).as(name).isNotEmpty();
    }
    demo.close(Duration.ZERO).toCompletableFuture().join();
  }

  @Test
  void aHostThatDoesNotStartEndsTheOthers() {
    var closed = new ArrayList<String>();
    DemoHost second =
        (_, environment) -> {
          if (environment.containsValue("127.0.0.3")) {
            throw new IOException("port taken");
          }
          return new Relay(() -> closed.add("first"));
        };

    assertThatThrownBy(() -> Demo.start(second, dir, ports())).hasMessage("port taken");
    assertThat(closed).containsExactly("first");
  }

  /** A host's outgoing port, behind which is its own web service. */
  private DemoHost.Running relay(String config, Map<String, String> environment)
      throws IOException {
    assertThat(config).contains("io.l5d.specificHost", "$LOCAL_IP");
    started.add(environment);
    Path discovery = Path.of(Objects.requireNonNull(environment.get("DISCOVERY")));
    String ip = Objects.requireNonNull(environment.get("LOCAL_IP"));
    String line =
        Files.readAllLines(discovery.resolve("web")).stream()
            .filter(at -> at.startsWith(ip + " "))
            .findFirst()
            .orElseThrow();
    int port = Integer.parseInt(line.substring(ip.length() + 1));
    var address = InetAddress.ofLiteral(ip);
    int outgoing = Integer.parseInt(Objects.requireNonNull(environment.get("OUTGOING_PORT")));
    DemoEdge.start(group, address, outgoing, new InetSocketAddress(address, port));
    return new Relay(() -> {});
  }

  /** A host that relays, and tells so. */
  private record Relay(Runnable closed) implements DemoHost.Running {
    @Override
    public String explain(String url, String router) {
      return router + " relays " + url;
    }

    @Override
    public CompletionStage<?> close(Duration grace) {
      closed.run();
      return CompletableFuture.completedFuture("");
    }
  }

  private static Ports ports() throws IOException {
    return new Ports(0, 0, free(), free(), free());
  }

  private static int free() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.2"))) {
      return socket.getLocalPort();
    }
  }

  private String get(String url) throws IOException, InterruptedException {
    return client
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }
}
