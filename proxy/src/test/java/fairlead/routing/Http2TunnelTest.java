package fairlead.routing;

import static fairlead.http2.FrameWire.block;
import static fairlead.http2.FrameWire.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import fairlead.exchange.ErrorCode;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import fairlead.server.ServerConfig;
import fairlead.server.ServerConfig.Tunnels;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What ends a tunnel on one side ends it on the other in the same way, whichever versions of HTTP
 * they speak (RFC 9113 §8.5, RFC 8441 §5): {@code END_STREAM} is a FIN, and a reset a reset.
 */
@Timeout(60)
class Http2TunnelTest {
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Accept: a\r\n\r\n";
  private static final String ASKING =
      "GET /chat HTTP/1.1\r\nHost: web\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
  private static final String CONNECT = "CONNECT web:443 HTTP/1.1\r\nHost: web:443\r\n\r\n";

  private @Nullable Http2 http2;

  @AfterEach
  void close() {
    if (http2 != null) {
      http2.close();
    }
  }

  private Http2 open(Rig.Options options) {
    options.spoken = ServerConfig.Spoken.BOTH;
    options.tunnels = new Tunnels(List.of("websocket"), true);
    http2 = new Http2(options);
    return http2;
  }

  private Http2 toHttp1() {
    return open(Http2.options());
  }

  private Http2 toHttp2() {
    return open(Http2.toHttp2());
  }

  private static HeaderBlock webSocket() {
    return block(
        ":method: CONNECT",
        ":protocol: websocket",
        ":scheme: http",
        ":path: /chat",
        ":authority: web");
  }

  private static HeaderBlock connect() {
    return block(":method: CONNECT", ":authority: web:443");
  }

  /** A caller whose WebSocket is open on stream 1. */
  private static FrameWire opened(Http2 at) throws IOException {
    var caller = at.caller();
    caller.send(Frame.headers(1, webSocket(), false));
    caller.await(f -> f.type() == Frame.HEADERS);
    return caller;
  }

  /** A backend of HTTP/1.1 that opens a WebSocket, and how that ended: "end" or "reset". */
  private static CompletableFuture<String> http1Backend(Http2 at) {
    var end = new CompletableFuture<String>();
    at.rig.backend(
        "web",
        wire -> {
          if (wire.request() == null) {
            return;
          }
          wire.send(SWITCH);
          try {
            wire.socket.getInputStream().readAllBytes();
            end.complete("end");
          } catch (SocketException _) {
            end.complete("reset");
          }
        });
    return end;
  }

  /** A backend of HTTP/2 that opens a tunnel, and then does this on stream 1. */
  private static CompletableFuture<Frame> http2Backend(Http2 at, String host, Frame... then) {
    var end = new CompletableFuture<Frame>();
    at.backend(
        host,
        peer -> {
          peer.await(f -> f.type() == Frame.HEADERS);
          peer.send(Frame.headers(1, response(200), false));
          peer.send(then);
          end.complete(
              peer.await(f -> f.type() == Frame.RST_STREAM || (f.stream() == 1 && f.has(1))));
          peer.ping();
        },
        Frame.ENABLE_CONNECT_PROTOCOL,
        1);
    return end;
  }

  /** A backend of HTTP/2 that opens a tunnel, and resets it in the same breath. */
  private static void resetting(Http2 at) {
    at.backend(
        "web",
        peer -> {
          peer.await(f -> f.type() == Frame.HEADERS);
          peer.send(
              Frame.headers(1, response(200), false), Frame.reset(1, ErrorCode.CANCEL.number()));
          peer.ping();
        },
        Frame.ENABLE_CONNECT_PROTOCOL,
        1);
  }

  private static <T> T got(CompletableFuture<T> future) throws Exception {
    return future.get(20, TimeUnit.SECONDS);
  }

  // What is no data.

  @Test
  @Requirement(
      rfc = "9113 §8.5",
      says = "nothing but DATA and what manages a stream may come within a tunnel")
  void aCallersTrailersResetTheTunnel() throws Exception {
    var at = toHttp1();
    var end = http1Backend(at);
    var caller = opened(at);

    caller.send(Frame.headers(1, block("x: y"), true));

    assertThat(caller.awaitReset(1)).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    assertThat(got(end)).isEqualTo("reset");
    at.rig.awaitQuiet("web");
  }

  @Test
  @Requirement(
      rfc = "9113 §8.5",
      says = "nothing but DATA and what manages a stream may come within a tunnel")
  void aBackendsTrailersResetTheTunnel() throws Exception {
    var at = toHttp2();
    var end = http2Backend(at, "web", Frame.headers(1, block("x: y"), true));
    var caller = opened(at);

    assertThat(caller.awaitReset(1)).isPositive();
    assertThat(got(end).intAt(0)).isEqualTo(ErrorCode.PROTOCOL_ERROR.number());
    at.rig.awaitQuiet("web");
  }

  @Test
  @Requirement(rfc = "9113 §8.5", says = "within a tunnel we send nothing but DATA, to its end")
  void theEndOfATunnelIsAnEmptyDataFrame() throws Exception {
    var at = toHttp2();
    var _ = http2Backend(at, "web", Frame.data(1, new byte[0], true));
    var caller = opened(at);

    var last = caller.await(f -> f.stream() == 1 && f.type() != Frame.WINDOW_UPDATE);

    assertThat(last.type()).isEqualTo(Frame.DATA);
    assertThat(last.has(Frame.END_STREAM)).isTrue();
  }

  // Resets.

  @Test
  @Requirement(
      rfc = "9113 §8.5",
      says = "a fault of the caller's stream resets the connection that its tunnel led to")
  void aCallersResetIsOneForABackendOfHttp1() throws Exception {
    var at = toHttp1();
    var end = http1Backend(at);
    var caller = opened(at);

    caller.send(Frame.reset(1, ErrorCode.CANCEL.number()));

    assertThat(got(end)).isEqualTo("reset");
    at.rig.awaitQuiet("web");
  }

  @Test
  @Requirement(
      rfc = "9113 §8.5",
      says = "a fault of the caller's connection resets what its tunnels led to")
  void aFaultOfTheCallersConnectionIsAResetForABackendOfHttp1() throws Exception {
    var at = toHttp1();
    var end = http1Backend(at);
    var caller = opened(at);

    caller.send(new Frame(Frame.PING, 0, 0, new byte[3]));

    assertThat(got(end)).isEqualTo("reset");
  }

  @Test
  void aCallersEndIsOneForABackendOfHttp1() throws Exception {
    var at = toHttp1();
    var end = http1Backend(at);
    var caller = opened(at);

    caller.send(Frame.data(1, new byte[0], true));

    assertThat(got(end)).isEqualTo("end");
  }

  @Test
  @Requirement(
      rfc = "9113 §8.5",
      says = "a reset of the connection that a tunnel led to is a CONNECT_ERROR of its stream")
  void aResetOfABackendOfHttp1IsAConnectError() throws Exception {
    var at = toHttp1();
    at.rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(SWITCH);
          assertThat(wire.read(2)).isEqualTo("go");
          wire.socket.setSoLinger(true, 0);
        });
    var caller = opened(at);

    caller.send(Frame.data(1, "go".getBytes(StandardCharsets.US_ASCII), false));

    assertThat(caller.awaitReset(1)).isEqualTo(ErrorCode.CONNECT_ERROR.number());
    at.rig.awaitQuiet("web");
  }

  @Test
  void aResetPassesFromHttp2ToHttp2() throws Exception {
    var at = toHttp2();
    var end = http2Backend(at, "web");
    var caller = opened(at);

    caller.send(Frame.reset(1, ErrorCode.CANCEL.number()));

    assertThat(got(end).type()).isEqualTo(Frame.RST_STREAM);
    assertThat(got(end).intAt(0)).isEqualTo(ErrorCode.CANCEL.number());
    at.rig.awaitQuiet("web");
  }

  @Test
  void aBackendsResetPassesFromHttp2ToHttp2() throws Exception {
    var at = toHttp2();
    resetting(at);
    var caller = opened(at);

    assertThat(caller.awaitReset(1)).isEqualTo(ErrorCode.CANCEL.number());
  }

  @Test
  void aResetOfACallerOfHttp1IsOneOfTheStream() throws Exception {
    var at = toHttp2();
    var end = http2Backend(at, "web");
    var caller = at.rig.caller();
    assertThat(caller.ask(ASKING)).startsWith("HTTP/1.1 101 ");

    caller.socket.setSoLinger(true, 0);
    caller.close();

    assertThat(got(end).type()).isEqualTo(Frame.RST_STREAM);
    at.rig.awaitQuiet("web");
  }

  @Test
  void aResetOfTheStreamIsOneForACallerOfHttp1() throws Exception {
    var at = toHttp2();
    resetting(at);
    var caller = at.rig.caller();
    assertThat(caller.ask(ASKING)).startsWith("HTTP/1.1 101 ");

    assertThatThrownBy(caller::isAtEnd).isInstanceOf(SocketException.class);
  }

  @Test
  void theEndOfACallerOfHttp1IsOneOfTheStream() throws Exception {
    var at = toHttp2();
    var end = http2Backend(at, "web");
    var caller = at.rig.caller();
    assertThat(caller.ask(ASKING)).startsWith("HTTP/1.1 101 ");

    caller.socket.shutdownOutput();

    assertThat(got(end).type()).isEqualTo(Frame.DATA);
  }

  // CONNECT.

  @Test
  void aConnectOfHttp2OpensOneOfHttp1() throws Exception {
    var at = toHttp1();
    var backend =
        at.rig.backend(
            "web:443",
            wire -> {
              if (wire.request() != null) {
                wire.send("HTTP/1.1 200 Connected\r\n\r\n");
                wire.socket.getInputStream().transferTo(wire.socket.getOutputStream());
              }
            });
    var caller = at.caller();

    caller.send(Frame.headers(1, connect(), false));
    assertThat(caller.fields(caller.await(f -> f.type() == Frame.HEADERS)))
        .contains(":status: 200")
        .noneMatch(f -> f.startsWith("content-length"));
    caller.send(Frame.data(1, "echo".getBytes(StandardCharsets.US_ASCII), false));

    var data = caller.await(f -> f.type() == Frame.DATA);
    assertThat(new String(data.payload(), StandardCharsets.US_ASCII)).isEqualTo("echo");
    assertThat(backend.head())
        .startsWith("CONNECT web:443 HTTP/1.1\r\n")
        .contains("Host: web:443\r\n");
    caller.send(Frame.data(1, new byte[0], true));
    assertThat(caller.await(f -> f.has(Frame.END_STREAM)).type()).isEqualTo(Frame.DATA);
  }

  @Test
  @Requirement(rfc = "9113 §8.5", says = "our CONNECT has neither :scheme nor :path")
  void aConnectOfHttp1OpensOneOfHttp2() throws Exception {
    var at = toHttp2();
    var asked = new CompletableFuture<List<String>>();
    at.backend(
        "web:443",
        peer -> {
          asked.complete(peer.fields(peer.await(f -> f.type() == Frame.HEADERS)));
          peer.send(Frame.headers(1, response(200), false));
          var data = peer.await(f -> f.type() == Frame.DATA);
          peer.send(Frame.data(1, data.payload(), true));
          peer.ping();
        });
    var caller = at.rig.caller();

    caller.send(CONNECT);
    assertThat(caller.head()).startsWith("HTTP/1.1 200 ");
    caller.send("echo");

    assertThat(caller.read(4)).isEqualTo("echo");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(got(asked))
        .startsWith(":method: CONNECT", ":authority: web:443")
        .noneMatch(f -> f.startsWith(":path") || f.startsWith(":scheme"));
  }

  // RFC 8441.

  @Test
  @Requirement(
      rfc = "8441 §3",
      says = "no extended CONNECT goes to a backend that has not said that it takes them")
  @Requirement(rfc = "9113 §5.5", says = "the extension that we use is negotiated first")
  void aBackendThatDoesNotTakeThemIsNotAsked() throws Exception {
    var at = toHttp2();
    var heads = new CompletableFuture<Frame>();
    at.backend(
        "web",
        peer -> {
          heads.complete(peer.await(f -> f.type() == Frame.HEADERS));
        });
    var caller = at.caller();
    caller.send(Frame.headers(1, webSocket(), false));

    assertThat(caller.answer(1).status()).isEqualTo("502");
    assertThat(heads).isNotDone();
  }

  @Test
  @Requirement(
      rfc = "8441 §3",
      says = "extended CONNECT is offered where tunnels are allowed, and nowhere else")
  void whatIsAllowedIsOffered() throws Exception {
    assertThat(offered(toHttp1())).isTrue();
    var none = Http2.options();
    none.tunnels = new Tunnels(List.of(), false);
    try (var strict = new Http2(none)) {
      assertThat(offered(strict)).isFalse();
      var caller = strict.caller();
      caller.send(Frame.headers(1, webSocket(), false));
      assertThat(caller.answer(1).status()).isEqualTo("501");
    }
  }

  private static boolean offered(Http2 at) throws IOException {
    var caller = at.connect();
    caller.preface();
    caller.send(Frame.settings());
    var settings = caller.await(f -> f.type() == Frame.SETTINGS);
    for (int i = 0; i < settings.payload().length; i += 6) {
      if (settings.intAt(i) >>> 16 == Frame.ENABLE_CONNECT_PROTOCOL) {
        return settings.intAt(i + 2) == 1;
      }
    }
    return false;
  }

  @Test
  @Requirement(rfc = "8441 §4", says = "another protocol than websocket is not tunnelled")
  void anotherProtocolIsAnswered501() throws Exception {
    var caller = toHttp1().caller();
    caller.send(
        Frame.headers(
            1,
            block(
                ":method: CONNECT",
                ":protocol: connect-udp",
                ":scheme: http",
                ":path: /",
                ":authority: web"),
            false));

    assertThat(caller.answer(1).status()).isEqualTo("501");
  }
}
