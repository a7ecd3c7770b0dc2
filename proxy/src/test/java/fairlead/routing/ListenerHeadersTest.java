package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Activity;
import fairlead.http.TraceHeader;
import fairlead.http.TraceId;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.Endpoint;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The header tables of {@code spec/http.md} §3, their encodings §4, and host rewriting §9. */
@Timeout(60)
class ListenerHeadersTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void rig(Rig.Options options) {
    rig.close();
    rig = new Rig(options);
  }

  /** The head that the backend gets when a caller sends these lines. */
  private String sent(String... lines) throws Exception {
    var backend = rig.backend("web", OK);
    rig.caller().ask(get(lines));
    return backend.head();
  }

  private static String get(String... lines) {
    var head = new StringBuilder("GET / HTTP/1.1\r\nHost: web\r\n");
    for (var line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  // §4.1

  @ParameterizedTest
  @CsvSource({
    "1700000000000000000 4000000000000000000, 1700000000000000000 4000000000000000000",
    "5 4000000000000000090|7 4000000000000000080|x y, 7 4000000000000000080",
    "5 4000000000000000090|garbage, 5 4000000000000000090",
    "garbage, ",
    "5, ",
    "5  4000000000000000090, "
  })
  void deadlinesAreCombinedToTheStrictest(String received, String expected) throws Exception {
    var lines = received.split("\\|", -1);
    for (int i = 0; i < lines.length; i++) {
      lines[i] = "l5d-ctx-deadline: " + lines[i];
    }

    var head = sent(lines);

    assertThat(Wire.header(head, "l5d-ctx-deadline")).isEqualTo(expected);
  }

  // §4.2

  @Test
  void theDtabGoesOnInCompactFormTheUsersOwnLast() throws Exception {
    var head =
        sent(
            "l5d-dtab: /c => /d ;",
            "l5d-ctx-dtab: /a => /b; /x=>/y",
            "L5D-Dtab: /e=>/f",
            "dtab-local: /svc=>/nothing");

    assertThat(Wire.header(head, "l5d-ctx-dtab")).isEqualTo("/a=>/b;/x=>/y;/c=>/d;/e=>/f");
    assertThat(Wire.header(head, "l5d-dtab")).isNull();
    assertThat(Wire.header(head, "dtab-local")).isEqualTo("/svc=>/nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"l5d-dtab", "l5d-ctx-dtab"})
  void aBadDtabIs400OutsideOfTheStats(String header) throws Exception {
    var backend = rig.backend("web", OK);

    var answer = rig.caller().ask(get(header + ": i am not a dtab"));

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith("\r\n\r\n'/' expected but 'i' found at '[i] am not a dtab'");
    assertThat(Wire.header(answer, "l5d-err"))
        .startsWith("%27%2F%27+expected+but+%27i%27+found+at+");
    assertThat(backend.connections).hasValue(0);
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "requests")).isZero();
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "status", "400")).isZero();
  }

  // §4.3, §4.4

  @Test
  void aTraceGoesOnBelowTheCallersSpan() throws Exception {
    var caller = new TraceId(3, 2, 1, 9, 1 | 2 | 4 | 1L << 40);

    var head = sent("l5d-ctx-trace: " + encoded(caller), "l5d-reqid: zz");

    var id = Objects.requireNonNull(TraceHeader.parse(trace(head)));
    assertThat(id.trace()).isEqualTo(1);
    assertThat(id.high()).isEqualTo(9);
    assertThat(id.flags()).isEqualTo(caller.flags());
    assertThat(id.parent()).as("the span of our server side").isNotIn(1L, 2L, 3L, id.span());
    assertThat(Base64.getDecoder().decode(trace(head))).hasSize(40);
    assertThat(Wire.header(head, "l5d-reqid")).isEqualTo("0000000000000001");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "no base64!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void anUnreadableTraceIsIgnoredAndANewOneBegins(String received) throws Exception {
    var head = sent("l5d-ctx-trace: " + received);

    var id = Objects.requireNonNull(TraceHeader.parse(trace(head)));
    assertThat(id.trace()).isEqualTo(id.parent()).isNotEqualTo(id.span());
    assertThat(Base64.getDecoder().decode(trace(head))).hasSize(32);
    assertThat(Wire.header(head, "l5d-reqid")).isEqualTo("%016x".formatted(id.trace()));
  }

  @ParameterizedTest
  @CsvSource({"1.0, 6", "7, 6", "0, 2", "-3, 2", "abc, 0", "NaN, 0"})
  void theSampleRateDecides(String rate, long flags) throws Exception {
    var head = sent("l5d-sample: " + rate);

    assertThat(Objects.requireNonNull(TraceHeader.parse(trace(head))).flags()).isEqualTo(flags);
    assertThat(Wire.header(head, "l5d-sample")).isNull();
  }

  private static String trace(String head) {
    return String.valueOf(Wire.header(head, "l5d-ctx-trace"));
  }

  // §4.6, §3.2

  @ParameterizedTest
  @CsvSource({"200, 1.0, true", "404, 1.0, true", "500, 0.0,", "503, 0.0,"})
  void everyAnswerFromDownstreamTellsOurVerdict(int status, String verdict, String retryable)
      throws Exception {
    rig.backend(
        "web",
        "HTTP/1.1 "
            + status
            + " X\r\nl5d-success-class: 0.5\r\nl5d-retryable: true\r\nVia: 1.0 a\r\nVia: 1.1 b"
            + "\r\nServer: s\r\nContent-Length: 0\r\n\r\n");

    var answer = rig.caller().ask(get());

    assertThat(answer.lines().filter(l -> l.startsWith("l5d-success-class")))
        .containsExactly("l5d-success-class: " + verdict);
    assertThat(Wire.header(answer, "Via")).isEqualTo("1.0 a, 1.1 b, 1.1 linkerd");
    assertThat(Wire.header(answer, "l5d-retryable"))
        .isEqualTo(retryable); // not once it was retried
    assertThat(Wire.header(answer, "Server")).isEqualTo("s");
    assertThat(answer).doesNotContain("Date:");
  }

  @Test
  void anErrorOfOursHasNeitherViaNorVerdict() throws Exception {
    var answer = rig.caller().ask("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n");

    String text =
        """
        Unable to route request!
        service name: /svc/nobody
        dtab:

        base dtab:
          /svc => /#/test
        override dtab:

        """;
    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n" + text);
    assertThat(answer).doesNotContain("Via:", "l5d-success-class", "l5d-retryable");
    assertThat(Wire.header(answer, "l5d-err"))
        .startsWith("Unable+to+route+request%21%0Aservice+name%3A+%2Fsvc%2Fnobody%0A");
    assertThat(Wire.header(answer, "Content-Type")).isEqualTo("text/plain");
    assertThat(Wire.header(answer, "Content-Length")).isEqualTo(Integer.toString(text.length()));
  }

  @Test
  void anErrorOfOursToHeadHasALengthAndNoBody() throws Exception {
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      caller.send("HEAD / HTTP/1.1\r\nHost: nobody\r\n\r\n");
      var head = String.valueOf(caller.head());
      assertThat(head).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
      assertThat(Integer.parseInt(String.valueOf(Wire.header(head, "Content-Length"))))
          .isPositive();
    }
  }

  @Test
  void threat47_errorsOfOursAreCutToTheirLimits() throws Exception {
    var options = new Rig.Options();
    options.maxErrResponseBytes = 10;
    rig(options);
    String host = "a".repeat(3000);
    String dtab = "/a=>/b;".repeat(500) + "/a=>/b";

    var answer =
        rig.caller().ask("GET / HTTP/1.1\r\nHost: " + host + "\r\nl5d-dtab: " + dtab + "\r\n\r\n");

    assertThat(answer).endsWith("\r\n\r\nUnable to ");
    assertThat(String.valueOf(Wire.header(answer, "l5d-err"))).hasSize(8192);
  }

  // §4.8

  @Test
  void forwardedIsOneNewLine() throws Exception {
    var options = new Rig.Options();
    options.forwarded = new ForwardedConfig(new Labeler.Ip(), new Labeler.IpPort());
    rig(options);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();
    int port = caller.socket.getLocalPort();

    caller.ask(get("Forwarded: for=x"));

    assertThat(backend.head().lines().filter(l -> l.startsWith("Forwarded:")))
        .containsExactly(
            "Forwarded: for=x", "Forwarded: by=127.0.0.1;for=\"127.0.0.1:" + port + "\";host=web");
  }

  @Test
  void forwardedTellsTheSchemeOfAnAbsoluteTarget() throws Exception {
    var options = new Rig.Options();
    options.forwarded = new ForwardedConfig(new Labeler.RouterLabel(), new Labeler.Fixed("_me"));
    rig(options);
    var backend = rig.backend("web", OK);

    rig.caller().ask("GET http://web/ HTTP/1.1\r\nHost: other\r\n\r\n");

    assertThat(Wire.header(backend.head(), "Forwarded"))
        .isEqualTo("by=_http;for=_me;host=other;proto=http");
  }

  @Test
  void randomLabelsAreOfTheRequestOrOfTheConnection() throws Exception {
    var options = new Rig.Options();
    options.forwarded =
        new ForwardedConfig(new Labeler.RequestRandom(), new Labeler.ConnectionRandom());
    rig(options);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.ask(get());
    caller.ask(get());
    rig.caller().ask(get());

    var lines = new String[3];
    for (int i = 0; i < 3; i++) {
      lines[i] = String.valueOf(Wire.header(backend.head(), "Forwarded"));
      assertThat(lines[i]).matches("by=_[0-9A-Za-z]{6};for=_[0-9A-Za-z]{6};host=web");
    }
    assertThat(lines[0].substring(0, 10)).isNotEqualTo(lines[1].substring(0, 10));
    assertThat(lines[0].substring(10)).isEqualTo(lines[1].substring(10));
    assertThat(lines[0].substring(10)).isNotEqualTo(lines[2].substring(10));
  }

  // The rest of §3.1.

  @Test
  void theTimeOfArrivalIsAddedToWhatIsThere() throws Exception {
    var options = new Rig.Options();
    options.timestampHeader = "X-Request-Start";
    rig(options);
    long before = System.currentTimeMillis();

    var head = sent("x-request-start: 5");

    var values =
        head.lines().filter(l -> l.regionMatches(true, 0, "x-request-start", 0, 15)).toList();
    assertThat(values).hasSize(2).first().isEqualTo("x-request-start: 5");
    assertThat(Long.parseLong(values.get(1).substring("X-Request-Start: ".length())))
        .isBetween(before, System.currentTimeMillis());
  }

  @Test
  void whatOthersSayPassesUntouched() throws Exception {
    String[] lines = {
      "X-Forwarded-For: a",
      "X-Forwarded-Proto: b",
      "X-Forwarded-Host: c",
      "X-Forwarded-Port: d",
      "X-Real-IP: e",
      "Forwarded: f",
      "x-b3-traceid: 1",
      "Finagle-Ctx-Foo: g",
      "l5d-ctx-other: h",
      "l5d-add-context: i",
      "Accept-Encoding: gzip",
      "Cookie: a",
      "Cookie: b"
    };

    assertThat(sent(lines).lines()).contains(lines);
  }

  @Test
  void aClientCertificateHeaderIsNotBelieved() throws Exception {
    assertThat(sent("X-Forwarded-Client-Cert: Hash=x")).doesNotContainIgnoringCase("client-cert");
  }

  // §9

  @Test
  void theSetsAuthorityIsTheHostAndIsTakenBackInRedirects() throws Exception {
    var backend =
        new TestBackend(
            wire -> {
              while (wire.request() != null) {
                wire.send(
                    "HTTP/1.1 302 Found\r\nLocation: http://inner.svc:80/a?u=inner.svc"
                        + "\r\nRefresh: 5; url=http://inner.svc/\r\nX: inner.svc"
                        + "\r\nContent-Length: 0\r\n\r\n");
              }
            });
    try (backend) {
      var set =
          new Addr.Live(
              Set.of(new Endpoint(backend.address())), Map.of(Addr.Live.AUTHORITY, "inner.svc"));
      rig.interpreter
          .name("web")
          .set(new NameTree.Leaf<>(new Bound(Path.of("#", "x"), Activity.ok(set), Path.EMPTY)));

      var answer = rig.caller().ask(get());

      assertThat(Wire.header(backend.head(), "Host")).isEqualTo("inner.svc");
      assertThat(Wire.header(answer, "Location")).isEqualTo("http://web:80/a?u=web");
      assertThat(Wire.header(answer, "Refresh")).isEqualTo("5; url=http://web/");
      assertThat(Wire.header(answer, "X")).isEqualTo("inner.svc");
    }
  }

  @Test
  void theResidualIsToldWhenThereIsOne() throws Exception {
    var backend = TestBackend.answering(OK);
    try (backend) {
      rig.interpreter
          .name("web")
          .set(
              new NameTree.Leaf<>(
                  new Bound(
                      Path.of("#", "x"),
                      Activity.ok(ScriptedInterpreter.live(backend.address())),
                      Path.of("rest", "of"))));

      rig.caller().ask(get("l5d-dst-residual: /stale"));

      var head = backend.head();
      assertThat(Wire.header(head, "l5d-dst-client")).isEqualTo("/#/x");
      assertThat(head.lines().filter(l -> l.startsWith("l5d-dst-residual")))
          .containsExactly("l5d-dst-residual: /rest/of");
    }
  }

  private static String encoded(TraceId id) {
    byte[] bytes = new byte[TraceHeader.MOST_BYTES];
    return new String(
        bytes, 0, TraceHeader.encode(id.span(), id.parent(), id, bytes), StandardCharsets.US_ASCII);
  }
}
