package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.http.Via;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeadWriterTest {
  @Test
  void untouchedLinesAreCopiedByteForByte() {
    Head head = Heads.request("GET /a?b HTTP/1.1\r\nHOST:  web\t\r\nx-A:\r\nY: caf\u00e9\r\n\r\n");

    assertThat(Heads.written(head, new Framing.None()))
        .isEqualTo("GET /a?b HTTP/1.1\r\nHOST:  web\t\r\nx-A:\r\nY: caf\u00e9\r\n\r\n");
  }

  @Test
  void removedLinesAreLeftOutAndAddedOnesFollow() {
    Head head =
        Heads.request("GET / HTTP/1.1\r\nA: 1\r\nHost: web\r\nB: 2\r\nC: 3\r\nA: 4\r\n\r\n");

    head.remove("a");
    head.add("l5d-dst-service", "/svc/web");
    head.remove("C");
    head.set(HeaderNames.HOST, "other");
    head.setTarget("/new");

    assertThat(Heads.written(head, new Framing.None()))
        .isEqualTo("GET /new HTTP/1.1\r\nB: 2\r\nl5d-dst-service: /svc/web\r\nHost: other\r\n\r\n");
  }

  @Test
  void framingIsOursAndNeverCopied() {
    Head chunked =
        Heads.request("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n");
    Head length = Heads.request("POST / HTTP/1.1\r\nHost: a\r\ncontent-length: 5\r\nX: y\r\n\r\n");
    String start = "POST / HTTP/1.1\r\nHost: a\r\nX: y\r\n";

    assertThat(Heads.written(chunked, new Framing.Length(1234567890123L)))
        .isEqualTo(start + "Content-Length: 1234567890123\r\n\r\n");
    assertThat(Heads.written(length, new Framing.Chunked()))
        .isEqualTo(start + "Transfer-Encoding: chunked\r\n\r\n");
    assertThat(Heads.written(length, new Framing.None())).isEqualTo(start + "\r\n");
  }

  @Test
  void responsesKeepTheirVersionUnlessChunked() {
    Head response = Heads.response("HTTP/1.0 404 Not Found\r\nX: y\r\n\r\n");

    assertThat(Heads.written(response, new Framing.UntilClose()))
        .isEqualTo("HTTP/1.0 404 Not Found\r\nX: y\r\n\r\n");
    assertThat(Heads.written(response, new Framing.Chunked()))
        .isEqualTo("HTTP/1.1 404 Not Found\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  @Test
  void writesResponsesOfOurOwn() {
    Head response = Head.response(502, "Bad Gateway");
    response.add(HeaderNames.L5D_ERR, "no");

    assertThat(Heads.written(response, new Framing.Length(0)))
        .isEqualTo("HTTP/1.1 502 Bad Gateway\r\nl5d-err: no\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void threat18_refusesBytesThatWereNotChecked() {
    var head = Head.request("GET", "/");
    byte[] smuggled = "a: b\nc: d\r\n".getBytes(StandardCharsets.US_ASCII);
    int at = head.arrayLength();
    System.arraycopy(smuggled, 0, head.reserve(smuggled.length), at, smuggled.length);
    head.used(at + smuggled.length);
    head.received(at, 1, at + 3, 6, at + smuggled.length);

    assertThatThrownBy(() -> Heads.written(head, new Framing.None()))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void threat27_trustedHeadersCannotBeNominated() {
    Head head =
        Heads.get(
            "Connection: close, X-Forwarded-For, l5d-dtab, Host, X-Mine",
            "X-Forwarded-For: 1",
            "l5d-dtab: /a=>/b",
            "X-Mine: 2",
            "l5d-new: 3",
            "Connection: Authorization, l5d-new, Content-Length",
            "Authorization: x");

    HopByHop.strip(head);

    assertThat(Wire.lines(head))
        .containsExactly(
            "Host: a", "X-Forwarded-For: 1", "l5d-dtab: /a=>/b", "l5d-new: 3", "Authorization: x");
    assertThat(head.wantsClose()).isTrue();
  }

  @Test
  void seenD11_connectionHeadersAreRemovedEvenWhenNotListed() {
    Head head =
        Heads.get(
            "Proxy-Connection: keep-alive",
            "Keep-Alive: 5",
            "TE: trailers",
            "Trailer: X",
            "Upgrade: h2c",
            "Proxy-Authorization: x",
            "Proxy-Authenticate: y");

    HopByHop.strip(head);

    assertThat(Wire.lines(head)).containsExactly("Host: a");
  }

  @Test
  void seenD05_everyViaLineIsKeptAndCounted() {
    Head head =
        Heads.request(
            "GET / HTTP/1.1\r\nHost: a\r\nVia: 1.1 x, 1.0 y\r\nB: c\r\nvia: 1.1 z\r\nVia:\r\n\r\n");

    assertThat(Via.hops(head)).isEqualTo(3);
    Via.append(head);

    assertThat(head.all(HeaderNames.VIA)).containsExactly("1.1 x, 1.0 y, 1.1 z, 1.1 linkerd");
    assertThat(Via.hops(head)).isEqualTo(4);
  }

  @Test
  void viaTellsTheVersionOfTheMessage() {
    Head head = Heads.request("GET / HTTP/1.0\r\n\r\n");

    Via.append(head);

    assertThat(head.first(HeaderNames.VIA)).isEqualTo("1.0 linkerd");
  }

  @Test
  void seenD10_getHasNoLengthAndPostHasOne() {
    assertThat(Framing.toBackend(Heads.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n")))
        .isEqualTo(new Framing.None());
    assertThat(Framing.toBackend(Heads.request("POST / HTTP/1.1\r\nHost: a\r\n\r\n")))
        .isEqualTo(new Framing.Length(0));
    assertThat(
            Framing.toBackend(
                Heads.request("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n")))
        .isEqualTo(new Framing.Length(3));
  }

  @ParameterizedTest
  @CsvSource({
    "200, Content-Length: 5, false, 'Length[bytes=5]'",
    "200, Content-Length: 5, true, 'Announced[bytes=5]'",
    "304, Content-Length: 5, false, 'Announced[bytes=5]'",
    "204, Content-Length: 5, false, None[]",
    "103, Content-Length: 5, false, None[]",
    "200, Transfer-Encoding: chunked, false, Chunked[]",
    "200, Transfer-Encoding: chunked, true, None[]",
    "304, Transfer-Encoding: chunked, false, None[]",
    "204, Transfer-Encoding: chunked, false, None[]",
    "200, X: y, false, UntilClose[]",
    "200, X: y, true, None[]",
    "304, X: y, false, None[]"
  })
  void bodiesOfResponsesEndAsTheStandardSays(
      int status, String line, boolean toHead, String framing) {
    Head response = Heads.response("HTTP/1.1 " + status + " X\r\n" + line + "\r\n\r\n");

    assertThat(Framing.ofResponse(response, toHead)).hasToString(framing);
  }

  @Test
  void chunksAndConnectionEndsAreTranslatedToTheCallersVersion() {
    Head http10 = Heads.request("GET / HTTP/1.0\r\n\r\n");
    Head http11 = Heads.request("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(Framing.toCaller(new Framing.Chunked(), http10)).isEqualTo(new Framing.UntilClose());
    assertThat(Framing.toCaller(new Framing.Chunked(), http11)).isEqualTo(new Framing.Chunked());
    assertThat(Framing.toCaller(new Framing.UntilClose(), http11)).isEqualTo(new Framing.Chunked());
    assertThat(Framing.toCaller(new Framing.Length(4), http10)).isEqualTo(new Framing.Length(4));
  }

  @ParameterizedTest
  @CsvSource({
    "http://web.io:81/x, web.io:81, /x, http",
    "http://acme.co:8080/foo?x=R%26D, acme.co:8080, /foo?x=R%26D, http",
    "HTTPS://a, a, /, https",
    "http://a?b, a, /?b, http",
    "http://[::1]:8080/, [::1]:8080, /, http",
    "/http://a/, old, /http://a/, ",
    "//a/b, old, //a/b, "
  })
  void seenD04_authorityOfTheTargetReplacesHost(
      String target, String host, String origin, String scheme) {
    Head head = Heads.request("GET " + target + " HTTP/1.1\r\nHost: old\r\n\r\n");

    assertThat(Targets.toOriginForm(head)).isEqualTo(scheme);
    assertThat(head.all(HeaderNames.HOST)).containsExactly(host);
    assertThat(head.target()).isEqualTo(origin);
  }

  @Test
  void seenD04_optionsOfTheServerItself() {
    Head head = Heads.request("OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n");

    assertThat(Targets.toOriginForm(head)).isEqualTo("http");
    assertThat(head.target()).isEqualTo("*");
  }

  @Test
  void factsAreFoundDuringTheParse() {
    Head head =
        Heads.get(
            "Expect: 100-Continue",
            "Connection: Keep-Alive, UPGRADE",
            "Upgrade: websocket",
            "Content-Length: 7");

    assertThat(head.expectsContinue()).isTrue();
    assertThat(head.wantsUpgrade()).isTrue();
    assertThat(head.wantsClose()).isFalse();
    assertThat(head.contentLength()).isEqualTo(7);
    assertThat(Heads.request("GET / HTTP/1.0\r\n\r\n").keepsAlive()).isFalse();
    assertThat(Heads.request("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").keepsAlive())
        .isTrue();
    assertThat(
            Heads.request("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n").keepsAlive())
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "15, f",
    "16, 10",
    "255, ff",
    "256, 100",
    "1048576, 100000",
    "2147483647, 7fffffff"
  })
  void chunkSizesAreHexadecimal(int size, String text) {
    ByteBuf out = Unpooled.buffer();

    ChunkWriter.begin(size, out);

    assertThat(out.toString(StandardCharsets.US_ASCII)).isEqualTo(text + "\r\n");
  }

  @Test
  void anEmptyChunkWouldEndTheBody() {
    assertThatThrownBy(() -> ChunkWriter.begin(0, Unpooled.buffer()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void trailersFollowTheLastChunk() {
    var trailers = new Fields();
    trailers.add("X-Sum", "12");
    ByteBuf out = Unpooled.buffer();

    ChunkWriter.last(trailers, out);
    ChunkWriter.last(null, out);

    assertThat(out.toString(StandardCharsets.US_ASCII))
        .isEqualTo("0\r\nX-Sum: 12\r\n\r\n0\r\n\r\n");
  }
}
