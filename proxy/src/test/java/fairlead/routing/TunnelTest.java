package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.server.ServerConfig.Tunnels;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Upgrade and CONNECT on sockets: who gets a tunnel, and who does not (decision 12). */
@Timeout(60)
class TunnelTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String ASKING =
      "GET /chat HTTP/1.1\r\nHost: web\r\nConnection: keep-alive, Upgrade\r\nUpgrade: WebSocket"
          + "\r\nSec-WebSocket-Key: k\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Accept: a\r\n\r\n";
  private static final String CONNECT =
      "CONNECT example.com:443 HTTP/1.1\r\nHost: elsewhere\r\n\r\n";

  /** Status 1001, from a server. */
  private static final String GOING_AWAY = "\u0088\u0002\u0003\u00e9";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void rig(Tunnels tunnels) {
    rig.close();
    var options = new Rig.Options();
    options.tunnels = tunnels;
    rig = new Rig(options);
  }

  /** Opens a tunnel and sends back what comes. */
  private static TestBackend.Script echo(String answer) {
    return wire -> {
      if (wire.request() != null) {
        wire.send(answer);
        wire.socket.getInputStream().transferTo(wire.socket.getOutputStream());
      }
    };
  }

  // Upgrade.

  @Test
  void anUpgradeOpensATunnelOnceTheBackendAgrees() throws Exception {
    var backend = rig.backend("web", echo(SWITCH + "hello"));
    var caller = rig.caller();

    caller.send(ASKING);

    assertThat(caller.head())
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .contains(
            "Connection: upgrade\r\n",
            "Upgrade: websocket\r\n",
            "Sec-WebSocket-Accept: a\r\n",
            "Via: 1.1 linkerd\r\n",
            "l5d-success-class: 1.0\r\n")
        .doesNotContain("Content-Length", "chunked", "close");
    assertThat(backend.head())
        .startsWith("GET /chat HTTP/1.1\r\n")
        .contains(
            "Connection: upgrade\r\n",
            "Upgrade: websocket\r\n",
            "Sec-WebSocket-Key: k\r\n",
            "Via: 1.1 linkerd\r\n",
            "l5d-dst-service: /svc/web\r\n")
        .doesNotContain("keep-alive", "WebSocket\r\n");
    assertThat(caller.read(5)).isEqualTo("hello");
    caller.send("GET / not HTTP at all\r\n\r\n");
    assertThat(caller.read(25)).isEqualTo("GET / not HTTP at all\r\n\r\n");
  }

  @Test
  void aTunnelIsCountedWhileItLastsAndItsConnectionIsNotUsedAgain() throws Exception {
    var backend = rig.backend("web", echo(SWITCH));
    var caller = rig.caller();
    caller.send(ASKING);
    caller.head();
    String client = "rt/http/client/#/test/web/";

    assertThat(rig.gauge("rt/http/server/127.0.0.1/0/pending")).isEqualTo(1);
    assertThat(rig.gauge("rt/http/server/127.0.0.1/0/tunnels")).isEqualTo(1);
    assertThat(rig.gauge(client + "loadbalancer/load")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/status/101")).isEqualTo(1);
    caller.send("x".repeat(1000));
    caller.read(1000);
    Await.until(
        "bytes count while the tunnel lasts",
        () -> rig.count("rt/http/server/127.0.0.1/0/received_bytes") >= 1000);
    caller.close();

    rig.awaitQuiet("web");
    assertThat(rig.gauge("rt/http/server/127.0.0.1/0/tunnels")).isZero();
    assertThat(rig.count("rt/http/service/svc/web/success")).isEqualTo(1);
    assertThat(rig.gauge(client + "pool_cached")).isZero();
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void whatTheBackendSaysLastArrivesBeforeTheEnd() throws Exception {
    var last = "0123456789abcdef".repeat(128 * 1024);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(SWITCH + last);
        });
    var caller = rig.caller();
    caller.send(ASKING);
    caller.head();

    assertThat(caller.read(last.length())).isEqualTo(last);
    assertThat(caller.isAtEnd()).isTrue();
  }

  @Test
  void whatTheCallerSaysLastArrivesBeforeTheEnd() throws Exception {
    var last = "0123456789abcdef".repeat(128 * 1024);
    var got = new CompletableFuture<String>();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(SWITCH);
          got.complete(wire.read(last.length()) + wire.isAtEnd());
        });
    var caller = rig.caller();
    caller.send(ASKING);
    caller.head();

    caller.send(last);
    caller.close();

    assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo(last + true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"200 OK", "426 Upgrade Required", "202 Accepted"})
  void threat24_onlyA101OpensATunnel(String status) throws Exception {
    var backend =
        rig.backend(
            "web",
            "HTTP/1.1 "
                + status
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n");
    var caller = rig.caller();

    assertThat(caller.ask(ASKING))
        .startsWith("HTTP/1.1 " + status)
        .doesNotContain("Upgrade:", "Connection:");
    caller.send("frame\r\n\r\n");

    assertThat(caller.response()).as("read as a request").startsWith("HTTP/1.0 400 ");
    assertThat(caller.isAtEnd()).isTrue();
    rig.caller().ask(GET);
    assertThat(backend.heads).hasSize(2).allMatch(head -> head.startsWith("GET /"));
    assertThat(backend.connections).as("one that was asked is not asked again").hasValue(2);
  }

  @ParameterizedTest
  @CsvSource({
    "false, websocket",
    "true, h2c",
    "true, 'websocket, h2c'",
    "true, 'websocket\r\nUpgrade: h2c'",
    "true, "
  })
  void threat24_aChangeThatNobodyAskedForIs502(boolean asking, String protocol) throws Exception {
    var line = protocol == null ? "" : "Upgrade: " + protocol + "\r\n";
    var backend =
        rig.backend("web", "HTTP/1.1 101 Switching\r\nConnection: Upgrade\r\n" + line + "\r\nevil");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask(asking ? ASKING : GET);
      assertThat(answer).startsWith("HTTP/1.1 502 ").doesNotContain("evil");
      assertThat(Wire.header(answer, "l5d-err")).contains("unasked");
    }
    assertThat(backend.connections).as("burnt").hasValue(2);
  }

  @Test
  void threat24_whatIsPipelinedBehindARefusedUpgradeIsTheNextRequest() throws Exception {
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.send(ASKING + GET.replace("/ ", "/next "));

    assertThat(caller.response()).endsWith("ok");
    assertThat(caller.response()).endsWith("ok");
    assertThat(backend.head()).startsWith("GET /chat ").contains("Upgrade: websocket\r\n");
    assertThat(backend.head()).startsWith("GET /next ").doesNotContain("Upgrade", "Connection");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nUpgrade: websocket\r\n",
        "GET / HTTP/1.1\r\nConnection: upgrade\r\n",
        "GET / HTTP/1.0\r\nConnection: upgrade, keep-alive\r\nUpgrade: websocket\r\n",
        "POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n",
        "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\nContent-Length: 2\r\n",
        "POST / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: websocket\r\n",
        "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: irc/6.9, tls/1.0\r\n",
        "GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade:\r\n"
      })
  void threat25_anOddUpgradeReachesTheBackendAsAPlainRequest(String request) throws Exception {
    var backend = rig.backend("web", OK);
    var body = request.contains("Content-Length") ? "hi" : "";

    var answer = rig.caller().ask(request + "Host: web\r\n\r\n" + body);

    assertThat(answer).endsWith("ok");
    assertThat(backend.head()).doesNotContainIgnoringCase("upgrade", "connection:");
  }

  @Test
  void threat42_h2cIsStripped() throws Exception {
    var backend = rig.backend("web", OK);
    String h2c =
        "GET / HTTP/1.1\r\nHost: web\r\nConnection: Upgrade, HTTP2-Settings\r\n"
            + "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nUpgrade: ";

    assertThat(rig.caller().ask(h2c + "h2c\r\n\r\n")).endsWith("ok");
    assertThat(rig.caller().ask(h2c + "h2c, websocket\r\n\r\n")).endsWith("ok");

    assertThat(backend.head()).doesNotContainIgnoringCase("upgrade", "h2c", "HTTP2-Settings");
    assertThat(backend.head())
        .contains("Upgrade: websocket\r\n")
        .doesNotContainIgnoringCase("h2c", "HTTP2-Settings");
  }

  @Test
  void upgradesSaysWhatIsPassedOn() throws Exception {
    rig(new Tunnels(List.of("chat/2"), false));
    var backend = rig.backend("web", echo(SWITCH.replace("websocket", "CHAT/2")));
    var caller = rig.caller();

    caller.send(ASKING.replace("Upgrade: WebSocket", "Upgrade: websocket, Chat/2"));

    assertThat(caller.head()).startsWith("HTTP/1.1 101 ").contains("Upgrade: chat/2\r\n");
    assertThat(backend.head()).contains("Upgrade: chat/2\r\n");
    caller.send("hi");
    assertThat(caller.read(2)).isEqualTo("hi");
  }

  // Ending.

  @Test
  void aWebSocketIsToldToGoWhenTheProxyDrains() throws Exception {
    var toBackend = new CompletableFuture<String>();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(SWITCH + "\u0081\u0001a");
          toBackend.complete(wire.read(8));
          wire.send("\u0081\u0001b" + GOING_AWAY); // too late for a message
          wire.isAtEnd();
        });
    var caller = rig.caller();
    caller.send(ASKING);
    caller.head();
    assertThat(caller.read(3)).isEqualTo("\u0081\u0001a");

    var drained = rig.router.drain(Duration.ofSeconds(30)).toCompletableFuture();

    assertThat(caller.read(4)).isEqualTo(GOING_AWAY);
    assertThat(unmasked(toBackend.get(20, TimeUnit.SECONDS))).isEqualTo("\u0003\u00e9");
    caller.send("\u0088\u0082\0\0\0\0\u0003\u00e9");
    assertThat(caller.isAtEnd()).as("closed, with nothing behind our Close").isTrue();
    caller.close();
    drained.get(20, TimeUnit.SECONDS);
  }

  /** The payload of a Close frame of two bytes from a client. */
  private static String unmasked(String frame) {
    assertThat(frame).startsWith("\u0088\u0082");
    var payload = new StringBuilder();
    for (int i = 0; i < 2; i++) {
      payload.append((char) (frame.charAt(6 + i) ^ frame.charAt(2 + i)));
    }
    return payload.toString();
  }

  @Test
  void aTunnelOfAnotherProtocolLastsToTheEndOfTheDrain() throws Exception {
    rig(new Tunnels(List.of("chat"), false));
    rig.backend("web", echo(SWITCH.replace("websocket", "chat")));
    var caller = rig.caller();
    caller.send(ASKING.replace("Upgrade: WebSocket", "Upgrade: chat"));
    caller.head();

    var drained = rig.router.drain(Duration.ofSeconds(30)).toCompletableFuture();
    caller.send("hi");
    assertThat(caller.read(2)).isEqualTo("hi");

    var _ = rig.router.drain(Duration.ZERO);

    drained.get(20, TimeUnit.SECONDS);
    assertThat(caller.isAtEnd()).isTrue();
  }

  // CONNECT.

  @Test
  void threat26_connectIsRefusedAndOpensNoTunnel() throws Exception {
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    var answer = caller.ask("CONNECT 169.254.169.254:80 HTTP/1.1\r\nHost: web\r\n\r\n");
    caller.send("not http at all\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 501 ");
    assertThat(Wire.header(answer, "l5d-err")).contains("CONNECT");
    assertThat(caller.response()).as("read as a request").startsWith("HTTP/1.0 400 ");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(backend.connections).as("what reached the backend").hasValue(0);
  }

  @Test
  void connectOpensATunnelToWhatItsAuthorityIsBoundTo() throws Exception {
    rig(new Tunnels(List.of(), true));
    var backend =
        rig.backend(
            "example.com:443", echo("HTTP/1.1 200 Connected\r\nContent-Length: 3\r\n\r\nhello"));
    var caller = rig.caller();

    caller.send(CONNECT + "early");

    assertThat(caller.head())
        .startsWith("HTTP/1.1 200 Connected\r\n")
        .contains("Via: 1.1 linkerd\r\n")
        .doesNotContain("Content-Length", "chunked", "Connection:");
    assertThat(caller.read(10)).isEqualTo("helloearly");
    assertThat(backend.head())
        .startsWith("CONNECT example.com:443 HTTP/1.1\r\n")
        .contains("Host: example.com:443\r\n")
        .doesNotContain("elsewhere", "Content-Length", "Connection:");
    assertThat(rig.count("rt/http/service/svc/example.com:443/success")).isEqualTo(1);
  }

  @Test
  void threat26_connectReachesNothingThatNoNameIsBoundTo() throws Exception {
    rig(new Tunnels(List.of(), true));
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String authority = "127.0.0.1:" + server.getLocalPort();
      server.setSoTimeout(50);

      var answer =
          rig.caller().ask("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 502 ");
      assertThatThrownBy(server::accept)
          .as("nobody connected")
          .isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void aRefusedConnectIsAnAnswerLikeAnyOther() throws Exception {
    rig(new Tunnels(List.of(), true));
    rig.backend("example.com:443", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    rig.backend("web", OK);
    var caller = rig.caller();

    assertThat(caller.ask(CONNECT)).startsWith("HTTP/1.1 403 ").endsWith("\r\n\r\nno");
    assertThat(caller.ask(GET)).endsWith("ok");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Content-Length: 2\r\n\r\nhi", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"})
  void threat26_connectWithABodyIsRefused(String rest) throws Exception {
    rig(new Tunnels(List.of(), true));
    var backend = rig.backend("example.com:443", echo("HTTP/1.1 200 Connected\r\n\r\n"));
    var caller = rig.caller();

    var answer = caller.ask("CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n" + rest);

    assertThat(answer).startsWith("HTTP/1.1 400 ").contains("Connection: close\r\n");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(backend.connections).hasValue(0);
  }
}
