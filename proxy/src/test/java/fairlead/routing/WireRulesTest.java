package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code spec/http.md} §7 and §8 on sockets, and the threats that need both sides to show. */
@Timeout(60)
class WireRulesTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String HTTP10 = "GET / HTTP/1.0\r\nHost: web\r\n";
  private static final String POST = "POST / HTTP/1.1\r\nHost: web\r\n";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private void rig(Rig.Options options) {
    rig.close();
    rig = new Rig(options);
  }

  // §7.1, §7.2: versions and persistence.

  @Test
  void aRequestGoesOnWithItsVersionAndAnAnswerWithItsOwn() throws Exception {
    var backend = rig.backend("web", OK);

    var answer = rig.caller().ask(HTTP10 + "\r\n");

    assertThat(backend.head()).startsWith("GET / HTTP/1.0\r\n").contains("Via: 1.0 linkerd\r\n");
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").contains("Via: 1.1 linkerd\r\n");
  }

  @Test
  void anHttp10CallerIsClosedUnlessItAsksToBeKept() throws Exception {
    rig.backend("web", OK);
    var kept = rig.caller();
    var closed = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = kept.ask(HTTP10 + "Connection: keep-alive\r\n\r\n");
      assertThat(Wire.header(answer, "Connection")).isEqualTo("keep-alive");
    }
    assertThat(Wire.header(closed.ask(HTTP10 + "\r\n"), "Connection")).isEqualTo("close");
    assertThat(closed.isAtEnd()).isTrue();
  }

  @Test
  void anHttp11CallerIsKeptUnlessItAsksToBeClosed() throws Exception {
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    assertThat(Wire.header(caller.ask(GET), "Connection")).isNull();
    var last = caller.ask("GET / HTTP/1.1\r\nHost: web\r\nConnection: Close\r\n\r\n");

    assertThat(Wire.header(last, "Connection")).isEqualTo("close");
    assertThat(caller.isAtEnd()).isTrue();
    backend.head();
    assertThat(backend.head()).doesNotContain("Connection");
    assertThat(rig.caller().ask(GET)).endsWith("ok");
    assertThat(backend.connections).as("backends are pooled on their own").hasValue(1);
  }

  @Test
  void aBackendThatClosesClosesNoCaller() throws Exception {
    var backend =
        rig.backend("web", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask(GET);
      assertThat(answer).endsWith("ok");
      assertThat(Wire.header(answer, "Connection")).isNull();
    }
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void anHttp10AnswerWithALengthKeepsItsVersionAndTheCaller() throws Exception {
    rig.backend("web", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask(GET);
      assertThat(answer).startsWith("HTTP/1.0 200 OK\r\n").endsWith("ok");
      assertThat(Wire.header(answer, "Connection")).isEqualTo("keep-alive");
      assertThat(Wire.header(answer, "Via")).isEqualTo("1.0 linkerd");
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    rig.backend(
        "web",
        wire -> {
          for (var head = wire.head(); head != null; head = wire.head()) {
            var path = head.split(" ", -1)[1];
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: " + path.length() + "\r\n\r\n" + path);
          }
        });
    var caller = rig.caller();

    caller.send(GET.replace("/ ", "/1 ") + GET.replace("/ ", "/2 ") + GET.replace("/ ", "/3 "));

    for (int n = 1; n <= 3; n++) {
      assertThat(caller.response()).endsWith("\r\n\r\n/" + n);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "POST"})
  void threat11_anAnswerBeforeTheWholeRequestCostsTheBackendsConnection(String method)
      throws Exception {
    var end = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          if (wire.head() != null) {
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
            wire.read(3);
            end.complete(wire.isAtEnd());
          }
        });
    var caller = rig.caller();

    caller.send(method + " / HTTP/1.1\r\nHost: web\r\nContent-Length: 40\r\n\r\nGET");

    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("Connection: close\r\n");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(end.get(20, TimeUnit.SECONDS)).as("not used again").isTrue();
  }

  // §7.4: lengths.

  @ParameterizedTest
  @CsvSource({
    "HEAD, 200 OK, Content-Length: 5",
    "GET, 204 No Content, ",
    "GET, 304 Not Modified, Content-Length: 5",
    "GET, 204 No Content, Content-Length: 0"
  })
  void answersWithoutABodyEndAtTheirHead(String method, String status, String line)
      throws Exception {
    var backend =
        rig.backend(
            "web", "HTTP/1.1 " + status + "\r\n" + (line == null ? "" : line + "\r\n") + "\r\n");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      caller.send(method + " / HTTP/1.1\r\nHost: web\r\n\r\n");
      var head = String.valueOf(caller.head());
      assertThat(head).startsWith("HTTP/1.1 " + status + "\r\n").doesNotContain("Transfer-");
      boolean announced = line != null && !status.startsWith("204");
      assertThat(Wire.header(head, "Content-Length")).isEqualTo(announced ? "5" : null);
    }
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void anAnswerToHeadLosesItsChunks() throws Exception {
    rig.backend("web", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      caller.send("HEAD / HTTP/1.1\r\nHost: web\r\n\r\n");
      assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n").doesNotContain("chunked");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n",
        "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"
      })
  void threat23_aBodyAnnouncedWhereNoneMayBeBurnsTheConnection(String response) throws Exception {
    var backend = rig.backend("web", response);
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      caller.send(GET);
      assertThat(caller.head()).startsWith("HTTP/1.1 204 No Content\r\n");
    }
    assertThat(backend.connections).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 204 No Content\r\n\r\n",
        "HTTP/1.1 304 Not Modified\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
      })
  void threat23_bytesBehindAnAnswerWithoutBodyBurnTheConnection(String response) throws Exception {
    var backend = rig.backend("web", response + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
    var caller = rig.caller();

    for (int n = 0; n < 3; n++) {
      caller.send(GET);
      assertThat(caller.head()).startsWith(response.substring(0, 13)).doesNotContain("evil");
    }
    assertThat(backend.connections).hasValue(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 2\r\n\r\nok",
        "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok"
      })
  void threat23_anAmbiguousAnswerIs502AndBurnsTheConnection(String response) throws Exception {
    var backend = rig.backend("web", response);
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask(GET);
      assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
      assertThat(Wire.header(answer, "l5d-err")).startsWith("Bad+response+from+127.0.0.1");
    }
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void trailersPassInBothDirectionsAndTheirAnnouncementDoesNot() throws Exception {
    var request = new CompletableFuture<String>();
    String chunks = "Trailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n";
    rig.backend(
        "web",
        wire -> {
          request.complete(String.valueOf(wire.request()));
          wire.send("HTTP/1.1 200 OK\r\n" + chunks + "X-Sum: 2\r\nl5d-err: x\r\n\r\n");
        });

    var answer = rig.caller().ask(POST + chunks + "X-Sum: 1\r\nHost: evil\r\n\r\n");

    assertThat(request.get(20, TimeUnit.SECONDS)).endsWith("\r\n\r\nok\nX-Sum: 1");
    assertThat(answer).endsWith("\r\n\r\nok\nX-Sum: 2");
    assertThat(answer + request.get()).doesNotContain("Trailer:", "evil");
  }

  @Test
  void anAnswerThatEndsWithItsConnectionIsSentInChunks() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.0 200 OK\r\n\r\nhello");
        });
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      var answer = caller.ask(GET);
      assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nhello");
      assertThat(Wire.header(answer, "Transfer-Encoding")).isEqualTo("chunked");
    }
  }

  @Test
  void chunksAreTakenOffForAnHttp10Caller() throws Exception {
    rig.backend("web", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");

    var answer = rig.caller().ask(HTTP10 + "Connection: keep-alive\r\n\r\n");

    assertThat(answer).endsWith("\r\n\r\nok").doesNotContain("chunked");
    assertThat(Wire.header(answer, "Connection")).isEqualTo("close");
  }

  @Test
  void threat26_traceIsRefusedAndShowsNothing() throws Exception {
    var backend = rig.backend("web", OK);

    var answer =
        rig.caller()
            .ask(
                "TRACE / HTTP/1.1\r\nHost: web\r\nCookie: secret\r\nl5d-add-context: true\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 501 ").doesNotContain("secret", "Router:");
    assertThat(backend.connections).as("what reached the backend").hasValue(0);
  }

  @Test
  void threat27_trustedHeadersCannotBeNominatedOnTheWire() throws Exception {
    var backend = rig.backend("web", OK);

    rig.caller()
        .ask(
            "GET / HTTP/1.1\r\nHost: web\r\nX-Forwarded-For: 10.0.0.1\r\nAuthorization: x"
                + "\r\nConnection: X-Forwarded-For, l5d-reqid, Host, Authorization, Via\r\n\r\n");

    assertThat(backend.head())
        .contains(
            "Host: web\r\n",
            "X-Forwarded-For: 10.0.0.1\r\n",
            "Authorization: x\r\n",
            "Via: 1.1 linkerd\r\n",
            "l5d-reqid: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
      })
  void threat27_framingCannotBeNominated(String body) throws Exception {
    var bodies = new ConcurrentLinkedQueue<String>();
    rig.backend(
        "web",
        wire -> {
          for (var request = wire.request(); request != null; request = wire.request()) {
            bodies.add(request.substring(request.indexOf("\r\n\r\n") + 4));
            wire.send(OK);
          }
        });
    String start = "POST / HTTP/1.1\r\nHost: web\r\n";
    String nominated = "Connection: Content-Length, Transfer-Encoding, Content-Type, Cookie\r\n";
    var caller = rig.caller();

    for (int i = 0; i < 2; i++) {
      assertThat(caller.ask(start + nominated + body)).endsWith("ok");
    }

    assertThat(bodies).containsExactly("hello", "hello");
  }

  @Test
  void threat54_withClearContextCallersCannotRoute() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    rig(options);
    rig.backend("web", OK);

    var answer =
        rig.caller()
            .ask(
                "GET / HTTP/1.1\r\nHost: web\r\nl5d-dtab: no dtab\r\nl5d-ctx-dtab: /svc=>/x"
                    + "\r\nl5d-ctx-deadline: 1 2\r\nl5d-sample: 1.0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
    assertThat(answer).doesNotContainIgnoringCase("l5d-");
  }

  @Test
  void anyTokenIsAMethod() throws Exception {
    var backend = rig.backend("web", OK);

    assertThat(rig.caller().ask("M-SEARCH!x / HTTP/1.1\r\nHost: web\r\n\r\n")).endsWith("ok");
    assertThat(backend.head()).startsWith("M-SEARCH!x / HTTP/1.1\r\n");
  }

  // §7.10: sessions.

  @Test
  void anIdleSessionIsClosed() throws Exception {
    var options = new Rig.Options();
    options.idleTime = Duration.ofMillis(50);
    rig(options);
    rig.backend("web", OK);
    var caller = rig.caller();
    assertThat(caller.ask(GET)).endsWith("ok");

    assertThat(caller.isAtEnd()).isTrue();
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "idle")).isEqualTo(1);
  }

  @Test
  void anOldSessionIsClosedAfterTheAnswerInProgress() throws Exception {
    var options = new Rig.Options();
    options.lifeTime = Duration.ofMillis(50);
    rig(options);
    var go = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
          await(go);
          wire.send("k");
        });
    var caller = rig.caller();
    caller.send(GET);
    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n");
    var idle = rig.caller();

    assertThat(idle.isAtEnd()).as("an idle one of that age is closed").isTrue();
    go.countDown();

    assertThat(caller.read(2)).isEqualTo("ok");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(rig.counter("rt", "http", "server", "127.0.0.1/0", "lifetime")).isEqualTo(2);
  }

  // §7.11, §8.

  @Test
  void aCallerThatLeavesCancelsItsAttempt() throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          asked.countDown();
          end.complete(wire.isAtEnd());
        });
    var caller = rig.caller();
    caller.send(GET);
    await(asked);

    caller.close();

    assertThat(end.get(20, TimeUnit.SECONDS)).isTrue();
    Await.until(
        "it is counted", // after the backend was left
        () -> rig.count("rt/http/service/svc/web/failures/interrupted") == 1);
  }

  @Test
  void bodiesStreamWhileTheyAreMade() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n");
          for (int n = 0; n < 3; n++) {
            wire.send(wire.read(2)); // only sent on once it came: nothing waits for the end
          }
          wire.head();
        });
    var caller = rig.caller();
    caller.send(POST + "Content-Length: 6\r\n\r\n");
    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n");

    for (var part : new String[] {"ab", "cd", "ef"}) {
      caller.send(part);
      assertThat(caller.read(2)).isEqualTo(part);
    }
  }

  @Test
  void aCallerThatBreaksOffItsBodyLeavesNoWholeRequestBehind() throws Exception {
    var got = new CompletableFuture<String>();
    var came = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.read(3);
          came.countDown();
          try {
            got.complete(wire.read(1));
          } catch (IOException e) {
            got.complete("broken off");
          }
        });
    var caller = rig.caller();
    caller.send(POST + "Content-Length: 9\r\n\r\nabc");
    await(came);

    caller.close();

    assertThat(got.get(20, TimeUnit.SECONDS)).isEqualTo("broken off");
  }

  @Test
  void aBigAnswerIsWholeThoughTheConnectionClosesBehindIt() throws Exception {
    var body = "0123456789abcdef".repeat(256 * 1024);
    rig.backend("web", "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    var caller = rig.caller();

    var answer = caller.ask("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");

    assertThat(answer).endsWith(body);
    assertThat(caller.isAtEnd()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
