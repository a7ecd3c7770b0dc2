package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/seen-defects.md}: what Linkerd 1.7.5 did wrong on the wire, and we do not. */
@Timeout(60)
class SeenOnTheWireTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void rig(Rig.Options options) {
    rig.close();
    rig = new Rig(options);
  }

  @Test
  void seenD01_anInterimAnswerGoesOnAndTheFinalOneEndsItsOwnExchange() throws Exception {
    var number = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          while (wire.request() != null) {
            int n = number.incrementAndGet();
            wire.send("HTTP/1.1 103 Early Hints\r\nLink: </" + n + ">\r\n\r\n");
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + n);
          }
        });
    var caller = rig.caller();

    for (int n = 1; n <= 3; n++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 103 ").contains("Link: </" + n + ">");
      assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n" + n);
    }
  }

  @Test
  void seenD01_callersOfHttp10GetNoInterimAnswer() throws Exception {
    rig.backend("web", "HTTP/1.1 103 Early Hints\r\n\r\n" + OK);

    var answer = rig.caller().ask("GET / HTTP/1.0\r\nHost: web\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
  }

  @Test
  void seenD01_bytesBehindTheFinalAnswerBurnTheConnection() throws Exception {
    var backend = rig.backend("web", OK + "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsmuggled");
    var caller = rig.caller();

    assertThat(caller.ask(GET)).endsWith("\r\n\r\nok");
    assertThat(caller.ask(GET)).endsWith("\r\n\r\nok");
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void seenD02_withClearContextAnErrorLosesItsBodyAndItsLengthTogether() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    rig(options);
    var backend =
        rig.backend(
            "web", "HTTP/1.1 502 Bad Gateway\r\nl5d-err: inner\r\nContent-Length: 5\r\n\r\ninner");
    var caller = rig.caller();

    for (int n = 0; n < 3; n++) {
      var answer = caller.ask(GET);
      assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n");
      assertThat(Wire.header(answer, "Content-Length")).isEqualTo("0");
      assertThat(answer).doesNotContainIgnoringCase("l5d-").doesNotContain("inner");
    }
    assertThat(backend.connections).as("a short body is read and dropped").hasValue(1);
  }

  @Test
  void seenD02_withClearContextErrorsOfOurOwnTellNothing() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    rig(options);
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask("GET / HTTP/1.1\r\nHost: nobody\r\n\r\n");
      assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n");
      assertThat(Wire.header(answer, "Content-Length")).isEqualTo("0");
      assertThat(answer).doesNotContainIgnoringCase("l5d-").doesNotContain("nobody");
    }
  }

  @Test
  void seenD02_anErrorWhoseBodyHasNoEndCostsItsConnectionOnly() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    rig(options);
    var backend =
        rig.backend(
            "web",
            "HTTP/1.1 500 X\r\nl5d-err: inner\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ninner\r\n");
    var caller = rig.caller();

    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 500 X\r\n").endsWith("\r\n\r\n");
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 500 X\r\n").endsWith("\r\n\r\n");
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void seenD04_anAbsoluteTargetSaysWhoIsAskedAndIsSentInOriginForm() throws Exception {
    var web = rig.backend("web", OK);
    rig.backend("other", OK.replace("ok", "no"));

    var answer = rig.caller().ask("GET http://web/a?x=R%26D HTTP/1.1\r\nHost: other\r\n\r\n");

    assertThat(answer).endsWith("ok");
    var head = web.head();
    assertThat(head).startsWith("GET /a?x=R%26D HTTP/1.1\r\n");
    assertThat(Wire.header(head, "Host")).isEqualTo("web");
    assertThat(head).doesNotContain("other");
  }

  @Test
  void seenD05_hopsInEveryViaLineCountAndAreKept() throws Exception {
    var options = new Rig.Options();
    options.maxCallDepth = 3;
    rig(options);
    var backend = rig.backend("web", OK);
    String head = "GET / HTTP/1.1\r\nHost: web\r\nVia: 1.1 a\r\nVia: 1.1 b, 1.0 c\r\n";

    assertThat(rig.caller().ask(head + "\r\n")).endsWith("ok");
    assertThat(Wire.header(backend.head(), "Via")).isEqualTo("1.1 a, 1.1 b, 1.0 c, 1.1 linkerd");

    var refused = rig.caller().ask(head + "Via: 1.1 d\r\n\r\n");
    assertThat(refused).startsWith("HTTP/1.1 400 Bad Request\r\n");
    assertThat(refused)
        .endsWith(
            "\r\n\r\nMaximum number of calls (3) has been exceeded. Please check for proxy loops.");
    assertThat(backend.head()).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "abc", "5x", ""})
  void seenD06_aBadLengthIsAnswered400AndTheConnectionClosed(String length) throws Exception {
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: " + length + "\r\n\r\nhello");

    assertThat(caller.response()).startsWith("HTTP/1.0 400 Bad Request\r\n");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(backend.connections).hasValue(0);
  }

  @Test
  void seenD08_aConnectionThatDiedInThePoolIsReplacedWithoutNotice() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.send(OK);
              wire.request(); // never answered: the connection ends here
            });
    var caller = rig.caller();

    for (int n = 0; n < 4; n++) {
      assertThat(caller.ask(GET)).endsWith("\r\n\r\nok");
    }
    assertThat(backend.connections).hasValue(4);
  }

  @Test
  void seenD08_aRequestThatMayHaveBeenActedOnIsNotSentTwice() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.send(OK);
              wire.request();
            });
    var caller = rig.caller();
    String post = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 2\r\n\r\nhi";
    assertThat(caller.ask(post)).endsWith("ok");

    assertThat(caller.ask(post)).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void seenD08_aCallerThatLeavesHurtsNoOther() throws Exception {
    var asked = new CountDownLatch(1);
    var left = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          for (var head = wire.head(); head != null; head = wire.head()) {
            if (head.startsWith("GET /slow ")) {
              asked.countDown();
              left.complete(wire.isAtEnd());
              return;
            }
            wire.send(OK);
          }
        });
    var stays = rig.caller();
    assertThat(stays.ask(GET)).endsWith("ok");
    var leaves = rig.caller();
    leaves.send("GET /slow HTTP/1.1\r\nHost: web\r\n\r\n");
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

    leaves.close();

    assertThat(left.get(20, TimeUnit.SECONDS)).as("the backend's connection is closed").isTrue();
    for (int n = 0; n < 20; n++) {
      assertThat(stays.ask(GET)).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @Test
  void seenD09_internalMarksDoNotReachBackends() throws Exception {
    var backend = rig.backend("web", OK);

    rig.caller()
        .ask(
            "POST / HTTP/1.1\r\nHost: web\r\nFinagle-Http-Retryable-Request: "
                + "\r\nContent-Length: 2\r\n\r\nhi");

    assertThat(backend.head()).doesNotContainIgnoringCase("finagle");
  }

  @Test
  void seenD10_aGetGainsNoLengthAndAnEmptyPostOneOfZero() throws Exception {
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.ask(GET);
    assertThat(backend.head()).doesNotContainIgnoringCase("content-length", "transfer-encoding");

    caller.ask("POST / HTTP/1.1\r\nHost: web\r\n\r\n");
    assertThat(Wire.header(backend.head(), "Content-Length")).isEqualTo("0");
  }

  @Test
  void seenD11_whatIsMeantForOneConnectionGoesNoFurther() throws Exception {
    String hop =
        "Proxy-Connection: keep-alive\r\nKeep-Alive: 5\r\nTE: trailers\r\nTrailer: X"
            + "\r\nUpgrade: h2c\r\nProxy-Authorization: p\r\nProxy-Authenticate: q"
            + "\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\n";
    var backend = rig.backend("web", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n" + hop + "\r\nok");

    var answer = rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\n" + hop + "\r\n");

    for (var head : new String[] {backend.head(), answer}) {
      assertThat(head)
          .doesNotContainIgnoringCase(
              "proxy-", "keep-alive", "te: ", "trailer", "upgrade", "connection:", "x-mine");
    }
  }

  @Test
  void seenD12_whatCallersSayOfTheDestinationIsReplaced() throws Exception {
    var backend = rig.backend("web", OK);

    rig.caller()
        .ask(
            "GET / HTTP/1.1\r\nHost: web\r\nl5d-dst-service: /svc/x\r\nL5D-Dst-Client: /x"
                + "\r\nl5d-dst-residual: /x\r\nl5d-reqid: x\r\nl5d-unknown: kept\r\n\r\n");

    var head = backend.head();
    assertThat(head.lines().filter(l -> l.toLowerCase(java.util.Locale.ROOT).startsWith("l5d-dst")))
        .containsExactly("l5d-dst-service: /svc/web", "l5d-dst-client: /#/test/web");
    assertThat(Wire.header(head, "l5d-reqid")).hasSize(16);
    assertThat(Wire.header(head, "l5d-unknown")).isEqualTo("kept");
  }

  @Test
  void seenD12_clearContextRemovesUnknownOnesToo() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    rig(options);
    var backend = rig.backend("web", OK);

    rig.caller()
        .ask(
            "GET / HTTP/1.1\r\nHost: web\r\nL5D-unknown: x\r\nl5d-dst-residual: /x"
                + "\r\nl5d-dtab: /svc=>/#/evil\r\nx-b3-traceid: 1\r\n\r\n");

    assertThat(
            backend
                .head()
                .lines()
                .filter(l -> l.startsWith("l5d-") || l.startsWith("L5D-"))
                .map(l -> l.substring(0, l.indexOf(':'))))
        .containsExactlyInAnyOrder(
            "l5d-dst-service", "l5d-dst-client", "l5d-ctx-trace", "l5d-reqid");
  }

  @Test
  void seenD13_overloadIsToldToPeopleAndToLinkerds() throws Exception {
    var options = new Rig.Options();
    options.maxConcurrentRequests = 1;
    rig(options);
    var asked = new CountDownLatch(1);
    var go = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          asked.countDown();
          await(go);
          wire.send(OK);
        });
    var first = rig.caller();
    first.send(GET);
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

    var refused = rig.caller().ask(GET);

    String text = "Request was not processed by the server due to an error and is safe to retry";
    assertThat(refused).startsWith("HTTP/1.1 503 Service Unavailable\r\n").endsWith(text);
    assertThat(Wire.header(refused, "l5d-err")).isEqualTo(text.replace(' ', '+'));
    assertThat(Wire.header(refused, "Retry-After")).isEqualTo("0");
    assertThat(Wire.header(refused, "finagle-http-nack")).isEqualTo("true");
    assertThat(Wire.header(refused, "l5d-retryable")).isEqualTo("true");
    go.countDown();
    assertThat(first.response()).endsWith("ok");
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "nacks")).isEqualTo(1);
  }

  @Test
  void seenD14_anUnidentifiedRequestIsToldTheReasonOnly() throws Exception {
    var answer = rig.caller().ask("GET /secret HTTP/1.1\r\nHost:\r\n\r\n");

    assertThat(answer)
        .startsWith("HTTP/1.1 400 Bad Request\r\n")
        .endsWith("\r\n\r\nUnknown destination: Host header is absent");
    assertThat(Wire.header(answer, "l5d-err"))
        .isEqualTo("Unknown+destination%3A+Host+header+is+absent");
    assertThat(answer).doesNotContain("127.0.0.1", "secret");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void withClearContextInterimAnswersTellNothingEither() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    try (var rig = new Rig(options)) {
      rig.backend("web", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nL5d-Err: inside\r\n\r\n" + OK);
      var caller = rig.caller();
      caller.send(GET);

      assertThat(caller.head())
          .startsWith("HTTP/1.1 103 Early Hints\r\n")
          .contains("Link: </a>\r\n")
          .doesNotContainIgnoringCase("l5d-");
      assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }
}
