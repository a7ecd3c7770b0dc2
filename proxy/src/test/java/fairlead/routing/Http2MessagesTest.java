package fairlead.routing;

import static fairlead.exchange.ErrorCode.PROTOCOL_ERROR;
import static fairlead.http2.FrameWire.block;
import static fairlead.http2.FrameWire.request;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.http2.HeaderBlock;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests that RFC 9113 §8 calls malformed are reset and reach no backend; others reach it as what
 * they mean ({@code spec/threats.md} 28–30).
 */
@Timeout(60)
class Http2MessagesTest {
  private static final String METHOD = ":method: GET";
  private static final String SCHEME = ":scheme: http";
  private static final String PATH = ":path: /";
  private static final String AUTHORITY = ":authority: web";

  private final Http2 http2 = new Http2();
  private final TestBackend backend = http2.rig.backend("web", Http2.OK);

  @AfterEach
  void close() {
    http2.close();
  }

  private void malformed(HeaderBlock head, boolean end) throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, head, end));

    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
    reachedNobody(caller);
  }

  /** That the backend has seen nothing of {@code caller} but what it asks now. */
  private void reachedNobody(FrameWire caller) throws IOException {
    caller.get(3, "/next");
    assertThat(caller.answer(3).status()).isEqualTo("200");
    assertThat(backend.head()).startsWith("GET /next ");
    assertThat(backend.head()).isEqualTo("none");
  }

  static Stream<List<String>> pseudoHeaders() {
    return Stream.of(
        List.of(METHOD, SCHEME, AUTHORITY),
        List.of(METHOD, PATH, AUTHORITY),
        List.of(SCHEME, PATH, AUTHORITY),
        List.of(METHOD, METHOD, SCHEME, PATH, AUTHORITY),
        List.of(METHOD, SCHEME, SCHEME, PATH, AUTHORITY),
        List.of(METHOD, SCHEME, PATH, PATH, AUTHORITY),
        List.of(METHOD, SCHEME, PATH, ":path: /b", AUTHORITY),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, AUTHORITY),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, ":status: 200"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, ":odd: 1"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, ":: 1"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, ":PATH: /"),
        List.of(METHOD, SCHEME, PATH, "x: y", AUTHORITY),
        List.of("x: y", METHOD, SCHEME, PATH, AUTHORITY),
        List.of(METHOD, SCHEME, ":path: ", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: *", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: x", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: http://web/", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: /a b", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: /a HTTP/1.1\r\nX: y", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: /\0", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: /\u00e4", AUTHORITY),
        List.of(METHOD, SCHEME, ":path: /#a", AUTHORITY),
        List.of(":method: ", SCHEME, PATH, AUTHORITY),
        List.of(":method: G T", SCHEME, PATH, AUTHORITY),
        List.of(":method: GET / HTTP/1.1\r\n", SCHEME, PATH, AUTHORITY),
        List.of(METHOD, ":scheme: ", PATH, AUTHORITY),
        List.of(METHOD, ":scheme: ht tp", PATH, AUTHORITY),
        List.of(METHOD, SCHEME, PATH, ":authority: u@web"),
        List.of(METHOD, SCHEME, PATH, ":authority: web/a"),
        List.of(METHOD, SCHEME, PATH, ":authority: web,b"),
        List.of(METHOD, SCHEME, PATH, ":authority: web:x"),
        List.of(METHOD, SCHEME, PATH, ":authority: we\r\nb"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, "host: other"),
        List.of(":authority: ", METHOD, SCHEME, PATH, "host: web"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, "host: web:443"),
        List.of(METHOD, SCHEME, PATH, ":authority: web:8080", "host: web"),
        List.of(METHOD, ":scheme: https", PATH, AUTHORITY, "host: web:80"),
        List.of(METHOD, SCHEME, PATH, "host: web", "host: web"),
        List.of(METHOD, SCHEME, PATH, AUTHORITY, ":protocol: websocket"),
        List.of(":method: CONNECT", SCHEME, PATH, AUTHORITY),
        List.of(":method: CONNECT", SCHEME, ":authority: web:80"),
        List.of(":method: CONNECT", ":protocol: websocket", AUTHORITY),
        List.of(":method: CONNECT", ":protocol: websocket", SCHEME, AUTHORITY),
        List.of(":method: CONNECT", ":protocol: websocket", PATH, AUTHORITY),
        List.of(":method: CONNECT"),
        List.of());
  }

  @ParameterizedTest
  @MethodSource("pseudoHeaders")
  @Requirement(rfc = "9113 §8.3", says = "pseudo-header fields stand first, once, and are known")
  @Requirement(
      rfc = "9113 §8.3.1",
      says = ":method, :scheme and :path are there once, and not empty")
  @Requirement(
      rfc = "9113 §8.3.1",
      says = ":authority has no user, and Host does not differ from it")
  @Requirement(rfc = "9113 §8.5", says = "CONNECT has :method and :authority alone")
  @Requirement(rfc = "8441 §4", says = ":protocol comes with CONNECT")
  @Requirement(
      rfc = "9113 §8.1.1",
      says = "what is malformed is a stream error PROTOCOL_ERROR, and is not passed on")
  @Requirement(
      rfc = "9113 §8.3",
      says = "pseudo-header fields of responses are malformed in a request")
  void threat29_pseudoHeadersMustBeRight(List<String> fields) throws IOException {
    malformed(block(fields.toArray(String[]::new)), true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Upper: a",
        "x-Y: a",
        "x y: a",
        "x\r: a",
        "x\n: a",
        "x\0: a",
        "x\u007f: a",
        "x\u0080: a",
        "x\u00e4: a",
        "x(: a",
        "content_length: 5",
        "transfer_encoding: chunked",
      })
  @Requirement(
      rfc = "9113 §8.2.1",
      says = "names are tokens in lower case; a message with others is malformed")
  @Requirement(rfc = "9113 §8.2", says = "names in upper case are malformed")
  void threat28_namesMustBeRight(String field) throws IOException {
    malformed(request("GET", "/", field), true);
  }

  @Test
  @Requirement(rfc = "9113 §8.2.1", says = "a name is not empty and has no colon")
  void threat16_anEmptyNameIsRefused() throws IOException {
    malformed(request("GET", "/").field(HeaderBlock.Literal.NOT_INDEXED, "", "a"), true);
    malformed(request("GET", "/").field(HeaderBlock.Literal.NOT_INDEXED, "x:y", "a"), true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x: a\rb",
        "x: a\nb",
        "x: a\0b",
        "x: \r\nhost: other",
        "x:  a",
        "x: a ",
        "x: \ta",
        "x: a\t",
        "x: \u0001",
        "x: \u007f",
        "x: a\r\n\r\nGET /admin HTTP/1.1\r\n",
      })
  @Requirement(
      rfc = "9113 §8.2.1",
      says = "values have no NUL, CR, LF (nor other controls), and no white space around them")
  @Requirement(
      rfc = "9113 §10.3",
      says = "fields are validated before they go into another version")
  void threat28_valuesMustBeRight(String field) throws IOException {
    malformed(request("GET", "/", field), true);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connection: close",
        "connection: x",
        "keep-alive: 5",
        "proxy-connection: close",
        "transfer-encoding: chunked",
        "transfer-encoding: identity",
        "upgrade: h2c",
        "te: gzip",
        "te: trailers, gzip",
        "te: ",
      })
  @Requirement(
      rfc = "9113 §8.2.2",
      says = "fields of an HTTP/1 connection, and a TE other than trailers, are malformed")
  void threat28_fieldsOfAConnectionAreRefused(String field) throws IOException {
    malformed(request("POST", "/", field), false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+5",
        "-5",
        "5 0",
        "0x5",
        "05",
        "5,5",
        "five",
        "99999999999999999999",
        "\u00b2"
      })
  @Requirement(rfc = "9110 §8.6", says = "a content-length that is no number is malformed")
  void threat28_contentLengthMustBeANumber(String length) throws IOException {
    malformed(request("POST", "/", "content-length: " + length), false);
  }

  @Test
  @Requirement(rfc = "9110 §8.6", says = "more than one content-length is malformed")
  void threat28_contentLengthComesOnce() throws IOException {
    malformed(request("POST", "/", "content-length: 5", "content-length: 5"), false);
    malformed(request("POST", "/", "content-length: 5", "content-length: 6"), false);
  }

  static Stream<List<Frame>> bodiesUnlikeTheirLength() {
    return Stream.of(
        List.of(Frame.data(1, new byte[0], true)),
        List.of(Frame.data(1, new byte[4], true)),
        List.of(Frame.data(1, new byte[6], false)),
        List.of(Frame.data(1, new byte[3], false), Frame.data(1, new byte[3], true)),
        List.of(Frame.data(1, new byte[5], false), Frame.data(1, new byte[1], true)),
        List.of(Frame.data(1, new byte[4], false), Frame.headers(1, block("x: y"), true)),
        List.of(Frame.headers(1, block("x: y"), true)));
  }

  @ParameterizedTest
  @MethodSource("bodiesUnlikeTheirLength")
  @Requirement(
      rfc = "9113 §8.1.1",
      says = "a content-length that is not the sum of DATA is malformed: a stream error")
  void threat30_theLengthIsThatOfTheBody(List<Frame> body) throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("POST", "/", "content-length: 5"), false));
    caller.send(body.toArray(Frame[]::new));

    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §8.1.1", says = "a length and END_STREAM on HEADERS is malformed")
  void threat30_aLengthNeedsABody() throws IOException {
    malformed(request("POST", "/", "content-length: 5"), true);
  }

  @ParameterizedTest
  @ValueSource(strings = {":path: /", ":status: 200", ":odd: 1", "X: y", "x: \0", "connection: x"})
  @Requirement(rfc = "9113 §8.1", says = "trailers with pseudo-header fields are malformed")
  @Requirement(rfc = "9113 §8.3", says = "pseudo-header fields do not stand in trailers")
  void threat29_trailersMustBeRight(String field) throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.headers(1, request("POST", "/"), false), Frame.headers(1, block(field), true));

    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §8.1", says = "HEADERS behind a request's first must end the stream")
  void headersBehindTheFirstAreTheLast() throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.headers(1, request("POST", "/"), false), Frame.headers(1, block("x: y"), false));

    assertThat(caller.awaitReset(1)).isEqualTo(PROTOCOL_ERROR.number());
  }

  // What is right, as HTTP/1.1.

  @Test
  @Requirement(
      rfc = "9113 §8.3.1",
      says = "Host of HTTP/1.1 is :authority, where both are there too")
  @Requirement(rfc = "9113 §8.3.1", says = "where there is :authority, Host decides nothing")
  void authorityBecomesHost() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("GET", "/a?b", "host: WEB", "x-a: b"), true));
    assertThat(caller.answer(1).status()).isEqualTo("200");

    String head = backend.head();
    assertThat(head).startsWith("GET /a?b HTTP/1.1\r\n").containsIgnoringCase("\r\nhost: web\r\n");
    assertThat(head.toLowerCase(Locale.ROOT)).containsOnlyOnce("\r\nhost:");
    assertThat(head).contains("x-a: b\r\n").doesNotContain(":authority");
  }

  /** RFC 3986 §6.2.3. */
  @ParameterizedTest
  @CsvSource({
    "http, web, WEB:80",
    "http, web, web:",
    "http, web:80, web",
    "http, web:80, web:",
    "https, web, web:443",
    "https, web:443, web"
  })
  @Requirement(
      rfc = "9113 §8.3.1",
      says = "Host is the same as :authority in capitals, and with the port of the scheme, too")
  void thePortOfTheSchemeGoesWithoutSaying(String scheme, String authority, String host)
      throws IOException {
    http2.rig.interpreter.bind(authority, backend.address());
    var caller = http2.caller();
    caller.send(
        Frame.headers(
            1,
            block(METHOD, ":scheme: " + scheme, PATH, ":authority: " + authority, "host: " + host),
            true));

    assertThat(caller.answer(1).status()).isEqualTo("200");
    assertThat(backend.head()).containsIgnoringCase("\r\nhost: " + authority + "\r\n");
  }

  @Test
  @Requirement(rfc = "9113 §10.3", says = "what is for one hop goes no further")
  void whatIsForThisHopOnlyIsTakenAndNotPassedOn() throws IOException {
    var caller = http2.caller();
    caller.send(
        Frame.headers(
            1, request("GET", "/", "trailer: x-sum", "proxy-authenticate: Basic", "x-a: 1"), true));

    assertThat(caller.answer(1).status()).isEqualTo("200");
    assertThat(backend.head())
        .contains("x-a: 1\r\n")
        .doesNotContainIgnoringCase("trailer")
        .doesNotContainIgnoringCase("proxy-");
  }

  @Test
  @Requirement(rfc = "9113 §8.2.3", says = "cookies in many fields are one for HTTP/1.1")
  void cookiesAreJoined() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("GET", "/", "cookie: a=1", "cookie: b=2"), true));
    assertThat(caller.answer(1).status()).isEqualTo("200");

    assertThat(backend.head()).containsIgnoringCase("\r\ncookie: a=1; b=2\r\n");
  }

  @Test
  @Requirement(rfc = "9113 §8.3.1", says = "OPTIONS of the server has the path *")
  void optionsOfTheServer() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("OPTIONS", "*"), true));
    assertThat(caller.answer(1).status()).isEqualTo("200");

    assertThat(backend.head()).startsWith("OPTIONS * HTTP/1.1\r\n");
  }

  @Test
  @Requirement(
      rfc = "9113 §8.2.2",
      says = "fields of an HTTP/1 connection are taken out of an answer for HTTP/2")
  @Requirement(rfc = "9113 §8.2", says = "names are written in lower case")
  @Requirement(rfc = "9113 §8.3.2", says = ":status is in every answer, interim ones too")
  @Requirement(rfc = "9113 §10.3", says = "what is for one hop goes no further")
  @Requirement(rfc = "9113 §8.1", says = "our trailers have no pseudo-header fields")
  @Requirement(rfc = "9113 §8.3", says = "our answers have :status, first, and no other")
  void answersLoseWhatBelongsToAConnection() throws IOException {
    http2.rig.backend(
        "other",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
          wire.send(
              lines(
                  "HTTP/1.1 200 OK",
                  "Connection: X-One, close",
                  "X-One: 1",
                  "Keep-Alive: a",
                  "X-Upper: A",
                  "Transfer-Encoding: chunked",
                  "",
                  "2",
                  "ok",
                  "0",
                  "X-T: 1",
                  ""));
        });
    var caller = http2.caller();
    caller.send(Frame.headers(1, block(METHOD, SCHEME, PATH, ":authority: other"), true));
    var interim = caller.fields(caller.await(f -> f.type() == Frame.HEADERS));
    assertThat(interim).startsWith(":status: 103").contains("link: </a>");
    var answer = caller.answer(1);

    assertThat(answer.head()).startsWith(":status: 200").contains("x-upper: A");
    assertThat(answer.head()).filteredOn(f -> f.startsWith(":")).hasSize(1);
    assertThat(answer.head())
        .noneMatch(f -> f.matches("(connection|keep-alive|transfer-encoding|x-one):.*"))
        .allMatch(f -> f.substring(0, f.indexOf(':', 1)).equals(name(f)));
    assertThat(answer.body()).isEqualTo("ok");
    assertThat(answer.trailers()).containsExactly("x-t: 1");
  }

  private static String lines(String... lines) {
    return String.join("\r\n", lines) + "\r\n";
  }

  private static String name(String field) {
    return field.substring(0, field.indexOf(':', 1)).toLowerCase(Locale.ROOT);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HTTP/1.1 204 No\r\n\r\n", "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n"})
  @Requirement(rfc = "9113 §8.1.1", says = "answers without a body end with their HEADERS")
  void answersWithoutABodyEndAtOnce(String response) throws IOException {
    http2.rig.backend("other", response);
    var caller = http2.caller();
    caller.send(Frame.headers(1, block(METHOD, SCHEME, PATH, ":authority: other"), true));
    var headers = caller.await(f -> f.type() == Frame.HEADERS);

    assertThat(headers.has(Frame.END_STREAM)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 101})
  void threat37_fieldsBeyondTheLimitAreAnswered431(int fields) throws IOException {
    var caller = http2.caller();
    var head = request("GET", "/");
    for (int i = 4; i < fields; i++) {
      head.field(HeaderBlock.Literal.NOT_INDEXED, "x", "");
    }
    caller.send(Frame.headers(1, head, true));

    assertThat(caller.answer(1).status()).isEqualTo(fields > 100 ? "431" : "200");
    Http2.serves(caller, 3);
  }

  @Test
  @Requirement(rfc = "9113 §10.5.1", says = "a head that is too large is answered 431")
  void threat47_aLargeHeadIsAnswered431() throws IOException {
    var caller = http2.caller();
    caller.send(Frame.headers(1, request("GET", "/", "cookie: " + "c".repeat(9000)), true));

    assertThat(caller.answer(1).status()).isEqualTo("431");
    reachedNobody(caller);
  }
}
