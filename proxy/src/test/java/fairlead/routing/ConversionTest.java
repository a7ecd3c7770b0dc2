package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.Requirement;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.naming.Path;
import fairlead.routing.identify.IdentifierConfig;
import fairlead.server.ServerConfig;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests and answers that come in one version of HTTP and go on in another (RFC 9113 §8). */
@Timeout(60)
class ConversionTest {
  private static final String SWITCH =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket"
          + "\r\nSec-WebSocket-Accept: a\r\n\r\n";

  private Http2 http2 = new Http2(both());

  @AfterEach
  void close() {
    http2.close();
  }

  private static Rig.Options both() {
    var options = Http2.options();
    options.spoken = ServerConfig.Spoken.BOTH;
    return options;
  }

  private void toHttp2() {
    http2.close();
    var options = Http2.toHttp2();
    options.spoken = ServerConfig.Spoken.BOTH;
    http2 = new Http2(options);
  }

  private void http2Backend(Http2.Backend script, long... settings) {
    http2.backend("web", script, settings);
  }

  // HTTP/2 to HTTP/1.1.

  @Test
  @Requirement(
      rfc = "9113 §8.3.1",
      says = "a request for HTTP/1.1 gets its Host from :authority, and loses what is HTTP/2's")
  void aRequestOfHttp2ReachesABackendOfHttp1AsOneOfItsOwn() throws Exception {
    var backend = http2.rig.backend("web", Http2.OK);
    var caller = http2.caller();

    caller.send(
        Frame.headers(
            1,
            FrameWire.request(
                "GET", "/a?b", "cookie: a=1", "x-other: 1", "cookie: b=2", "te: trailers"),
            true));

    var answer = caller.answer(1);
    assertThat(answer.head())
        .contains(
            ":status: 200", "content-length: 2", "via: 1.1 linkerd", "l5d-success-class: 1.0");
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(backend.head())
        .startsWith("GET /a?b HTTP/1.1\r\n")
        .contains("Host: web\r\n", "x-other: 1\r\n", "Cookie: a=1; b=2\r\n", "Via: h2 linkerd\r\n")
        .doesNotContain("te:", "TE:", "Content-Length", "chunked", ":authority");
  }

  @Test
  void aBodyWithoutALengthGoesOnInChunksAndKeepsItsTrailers() throws Exception {
    var seen = new CompletableFuture<String>();
    http2.rig.backend(
        "web",
        wire -> {
          seen.complete(wire.request());
          wire.send(
              """
              HTTP/1.1 200 OK\r
              Transfer-Encoding: chunked\r
              \r
              3\r
              abc\r
              0\r
              X-Sum: 7\r
              \r
              """);
        });
    var caller = http2.caller();

    caller.send(
        Frame.headers(1, FrameWire.request("POST", "/"), false),
        data(1, "hel", false),
        data(1, "lo", false),
        Frame.headers(1, FrameWire.block("x-check: 5"), true));

    var answer = caller.answer(1);
    assertThat(answer.body()).isEqualTo("abc");
    assertThat(answer.trailers()).containsExactly("x-sum: 7");
    assertThat(answer.head()).noneMatch(f -> f.startsWith("transfer-encoding"));
    assertThat(seen.get(10, TimeUnit.SECONDS))
        .contains("Transfer-Encoding: chunked\r\n", "hello", "x-check: 5");
  }

  @Test
  void interimAnswersPassAndABodyThatEndsWithItsConnectionIsWhole() throws Exception {
    http2.rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
          wire.send("HTTP/1.1 200 OK\r\n\r\nall of it");
        });
    var caller = http2.caller();
    caller.get(1, "/");

    var interim = caller.await(f -> f.type() == Frame.HEADERS);

    assertThat(interim.has(Frame.END_STREAM)).isFalse();
    var answer = caller.answer(1);
    assertThat(answer.body()).isEqualTo("all of it");
  }

  @Test
  @Requirement(
      rfc = "9113 §8.1.1",
      says = "the length of an answer to HEAD is told, and stands for no DATA")
  void answersWithoutABodyEndWithTheirHead() throws Exception {
    http2.rig.backend(
        "web",
        wire -> {
          while (true) {
            String request = wire.request();
            if (request == null) {
              return;
            }
            wire.send(
                request.startsWith("HEAD")
                    ? "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                    : "HTTP/1.1 204 No Content\r\n\r\n");
          }
        });
    var caller = http2.caller();
    caller.send(Frame.headers(1, FrameWire.request("HEAD", "/"), true));
    assertThat(caller.answer(1).head()).contains(":status: 200", "content-length: 9");

    caller.get(3, "/");

    assertThat(caller.answer(3).head())
        .contains(":status: 204")
        .noneMatch(f -> f.startsWith("content-length"));
  }

  @Test
  void anAnswerThatBreaksOffIsAReset() throws Exception {
    http2.rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
        });
    var caller = http2.caller();
    caller.get(1, "/");

    assertThat(caller.answer(1).reset()).isEqualTo(2); // INTERNAL_ERROR
  }

  // HTTP/1.1 to HTTP/2.

  @Test
  @Requirement(
      rfc = "9113 §8.2.2",
      says = "a request of HTTP/1.1 loses the fields of its connection")
  @Requirement(
      rfc = "9113 §8.3.1",
      says = ":authority of a request of HTTP/1.1 is that of its Host")
  void aRequestOfHttp1ReachesABackendOfHttp2AsOneOfItsOwn() throws Exception {
    toHttp2();
    var seen = new CompletableFuture<FrameWire.Answer>();
    http2Backend(
        wire -> {
          seen.complete(wire.answer(1));
          wire.send(
              Frame.headers(1, FrameWire.response(103, "link: </a>"), false),
              Frame.headers(1, FrameWire.response(200, "x-a: 1", "x-a: 2"), false),
              data(1, "abc", false),
              Frame.headers(1, FrameWire.block("x-sum: 7"), true));
          wire.ping();
        });
    var caller = http2.rig.caller();

    caller.send(
        "POST /p HTTP/1.1\r\nHost: web\r\nX-Mixed: Case\r\nConnection: close, x-hop\r\nX-Hop: 1"
            + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Check: 5\r\n\r\n");

    assertThat(caller.head()).startsWith("HTTP/1.1 103 ").contains("link: </a>\r\n");
    assertThat(caller.response())
        .startsWith("HTTP/1.1 200 ")
        .contains("x-a: 1\r\n", "x-a: 2\r\n", "Transfer-Encoding: chunked\r\n", "abc")
        .contains("Via: h2 linkerd\r\n", "x-sum: 7");
    var request = seen.get(10, TimeUnit.SECONDS);
    assertThat(request.head())
        .startsWith(":method: POST", ":scheme: http", ":path: /p", ":authority: web")
        .contains("x-mixed: Case", "via: 1.1 linkerd")
        .noneMatch(f -> f.matches("(host|connection|x-hop|transfer-encoding|content-length):.*"));
    assertThat(request.body()).isEqualTo("hello");
    assertThat(request.trailers()).containsExactly("x-check: 5");
  }

  @ParameterizedTest
  @CsvSource({
    "GET http://web, /",
    "GET http://web/, /",
    "GET http://web?x=1, /?x=1",
    "OPTIONS http://web, *",
    "OPTIONS *, *",
    "OPTIONS http://web/, /",
  })
  @Requirement(rfc = "9113 §8.3.1", says = "a target without a path is / in :path, or * of OPTIONS")
  @Requirement(
      rfc = "9113 §8.3.1",
      says = ":authority of a request of HTTP/1.1 is that of an absolute target")
  void theTargetOfHttp1IsTheOneOfHttp2(String line, String path) throws Exception {
    toHttp2();
    var seen = new CompletableFuture<List<String>>();
    http2Backend(
        wire -> {
          seen.complete(wire.fields(wire.await(f -> f.type() == Frame.HEADERS)));
          wire.send(Frame.headers(1, FrameWire.response(204), true));
          wire.ping();
        });
    String host = line.contains("//") ? "other" : "web";

    var answer = http2.rig.caller().ask(line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 204 ");
    assertThat(seen.get(10, TimeUnit.SECONDS)).contains(":path: " + path, ":authority: web");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.1\r\nHost:\r\n", "1.0\r\n"})
  @Requirement(rfc = "9113 §8.3.1", says = "where nobody names a host, there is no :authority")
  void aRequestWithoutAHostHasNoAuthority(String rest) throws Exception {
    http2.close();
    var options = Http2.toHttp2();
    options.spoken = ServerConfig.Spoken.BOTH;
    options.identifiers = List.of(new IdentifierConfig.Static(Path.of("web")));
    http2 = new Http2(options);
    var seen = new CompletableFuture<List<String>>();
    http2Backend(
        wire -> {
          seen.complete(wire.fields(wire.await(f -> f.type() == Frame.HEADERS)));
          wire.send(Frame.headers(1, FrameWire.response(204), true));
          wire.ping();
        });

    assertThat(http2.rig.caller().ask("GET / HTTP/" + rest + "\r\n")).contains(" 204 ");
    assertThat(seen.get(10, TimeUnit.SECONDS))
        .contains(":path: /")
        .noneMatch(f -> f.startsWith(":authority") || f.startsWith("host"));
  }

  /** All of it in one breath: nothing has gone out when the answer is broken off. */
  @ParameterizedTest
  @ValueSource(strings = {"close", "keep-alive"})
  void anAnswerThatIsBrokenOffDoesNotLookWholeToHttp10(String connection) throws Exception {
    toHttp2();
    http2Backend(
        wire -> {
          wire.await(f -> f.type() == Frame.HEADERS);
          wire.send(
              Frame.headers(1, FrameWire.response(200), false),
              Frame.data(1, new byte[10], false),
              Frame.reset(1, 2));
          wire.ping();
        });
    var caller = http2.rig.caller();
    caller.send("GET / HTTP/1.0\r\nHost: web\r\nConnection: " + connection + "\r\n\r\n");

    assertThatThrownBy(caller::response)
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void manyRequestsShareAConnectionAndAGoneStreamIsAnswered() throws Exception {
    toHttp2();
    http2Backend(
        wire -> {
          wire.await(f -> f.type() == Frame.HEADERS && f.stream() == 1);
          wire.send(Frame.reset(1, 2));
          wire.await(f -> f.type() == Frame.HEADERS && f.stream() == 3);
          wire.send(Frame.headers(3, FrameWire.response(204), true));
          wire.ping();
        });
    var caller = http2.rig.caller();

    assertThat(caller.ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n"))
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .contains("INTERNAL_ERROR");
    assertThat(caller.ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n")).startsWith("HTTP/1.1 204 ");
    assertThat(http2.rig.count("rt/http/client/#/test/web/connects")).isEqualTo(1);
  }

  @Test
  void anAnswerThatEndsWithItsHeadIsWholeForACallerOfHttp1() throws Exception {
    toHttp2();
    http2Backend(
        wire -> {
          for (int stream = 1; stream < 5; stream += 2) {
            int awaited = stream;
            wire.await(f -> f.type() == Frame.HEADERS && f.stream() == awaited);
            wire.send(Frame.headers(stream, FrameWire.response(200), true));
          }
          wire.ping();
        });
    var caller = http2.rig.caller();

    var answer = caller.ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 ").contains("\r\nContent-Length: 0\r\n");
    assertThat(caller.ask("GET / HTTP/1.1\r\nHost: web\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  // WebSockets (RFC 8441).

  @Test
  @Requirement(
      rfc = "8441 §5",
      says = "a key is made for HTTP/1.1, and its answer is not told to HTTP/2")
  void aWebSocketOfHttp2OpensOneOfHttp1() throws Exception {
    var backend =
        http2.rig.backend(
            "web",
            wire -> {
              if (wire.request() != null) {
                wire.send(SWITCH + "hello");
                wire.socket.getInputStream().transferTo(wire.socket.getOutputStream());
              }
            });
    var caller = http2.caller();

    caller.send(Frame.headers(1, opening(), false));

    var head = caller.await(f -> f.type() == Frame.HEADERS);
    assertThat(head.has(Frame.END_STREAM)).isFalse();
    assertThat(caller.fields(head))
        .contains(":status: 200")
        .noneMatch(f -> f.matches("(sec-websocket-accept|upgrade|connection):.*"));
    assertThat(text(caller.await(f -> f.type() == Frame.DATA))).isEqualTo("hello");
    assertThat(backend.head())
        .startsWith("GET /chat HTTP/1.1\r\n")
        .contains("Connection: upgrade\r\n", "Upgrade: websocket\r\n", "sec-websocket-key: ");
    caller.send(data(1, "\u0081\u0002hi", false));
    assertThat(text(caller.await(f -> f.type() == Frame.DATA))).isEqualTo("\u0081\u0002hi");
    caller.send(data(1, "", true));
    caller.await(f -> f.has(Frame.END_STREAM) && f.type() == Frame.DATA);
    http2.rig.awaitQuiet("web");
  }

  @Test
  void aWebSocketThatTheBackendRefusesIsAnOrdinaryAnswer() throws Exception {
    http2.rig.backend("web", "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");
    var caller = http2.caller();

    caller.send(Frame.headers(1, opening(), false));

    var answer = caller.answer(1);
    assertThat(answer.status()).isEqualTo("403");
    assertThat(answer.body()).isEqualTo("no");
    caller.get(3, "/");
    assertThat(caller.answer(3).status()).isEqualTo("403");
  }

  @Test
  @Requirement(
      rfc = "8441 §5",
      says = "the key of HTTP/1.1 is answered by us, and not told to HTTP/2")
  void aWebSocketOfHttp1OpensOneOfHttp2() throws Exception {
    toHttp2();
    var seen = new CompletableFuture<Frame>();
    var opening = new CompletableFuture<List<String>>();
    http2Backend(
        wire -> {
          var asked = wire.await(f -> f.type() == Frame.HEADERS);
          seen.complete(asked);
          opening.complete(wire.fields(asked));
          wire.send(
              Frame.headers(1, FrameWire.response(200, "sec-websocket-protocol: chat"), false),
              data(1, "hello", false));
          var data = wire.await(f -> f.type() == Frame.DATA);
          wire.send(data(1, text(data), true));
          wire.ping();
        },
        8,
        1);
    var caller = http2.rig.caller();

    caller.send(
        """
        GET /chat HTTP/1.1\r
        Host: web\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r
        """);

    assertThat(caller.head())
        .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
        .contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
        .contains("sec-websocket-protocol: chat\r\n", "Upgrade: websocket\r\n");
    assertThat(caller.read(5)).isEqualTo("hello");
    caller.send("\u0081\u0082abcd..");
    assertThat(caller.read(8)).isEqualTo("\u0081\u0082abcd..");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(seen.get(10, TimeUnit.SECONDS).has(Frame.END_STREAM)).isFalse();
    assertThat(opening.get(10, TimeUnit.SECONDS))
        .contains(
            ":method: CONNECT",
            ":protocol: websocket",
            ":scheme: http",
            ":path: /chat",
            ":authority: web")
        .noneMatch(f -> f.matches("(sec-websocket-key|upgrade|connection|host):.*"));
  }

  private static fairlead.http2.HeaderBlock opening() {
    return FrameWire.block(
        ":method: CONNECT",
        ":protocol: websocket",
        ":scheme: http",
        ":path: /chat",
        ":authority: web",
        "sec-websocket-version: 13");
  }

  private static Frame data(int stream, String text, boolean end) {
    return Frame.data(stream, text.getBytes(StandardCharsets.ISO_8859_1), end);
  }

  private static String text(Frame data) {
    return new String(data.payload(), StandardCharsets.ISO_8859_1);
  }
}
