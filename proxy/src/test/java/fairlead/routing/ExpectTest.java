package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

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

/** {@code Expect} and interim answers on sockets (RFC 9110 §10.1.1, §15.2; decision 13). */
@Timeout(60)
class ExpectTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String ASKING =
      "POST / HTTP/1.1\r\nHost: web\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void theBackendIsAskedAndItsWordPassedOn() throws Exception {
    var head = new CompletableFuture<String>();
    var go = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          head.complete(String.valueOf(wire.head()));
          wire.send(CONTINUE);
          wire.read(2);
          await(go);
          wire.send(OK);
        });
    var caller = rig.caller();

    caller.send(ASKING);

    assertThat(head.get(20, TimeUnit.SECONDS)).contains("Expect: 100-continue\r\n");
    assertThat(caller.response()).isEqualTo(CONTINUE);
    caller.send("hi");
    go.countDown();
    assertThat(caller.response()).startsWith("HTTP/1.1 200 ").endsWith("ok");
  }

  @Test
  void aBackendThatSaysNothingIsSpokenForAndItsLateWordIsNotPassedOn() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.head();
          String body = wire.read(2);
          wire.send(CONTINUE + CONTINUE + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + body);
        });
    var caller = rig.caller();

    caller.send(ASKING);

    assertThat(caller.response()).isEqualTo(CONTINUE);
    caller.send("hi");
    assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
  }

  @Test
  void aBodyThatComesUnaskedGoesOnAtOnce() throws Exception {
    rig.backend(
        "web",
        wire -> {
          for (var head = wire.head(); head != null; head = wire.head()) {
            wire.send(CONTINUE + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + wire.read(2));
          }
        });
    var caller = rig.caller();

    for (var body : new String[] {"hi", "ho"}) {
      caller.send(ASKING + body);
      assertThat(caller.response()).isEqualTo(CONTINUE);
      assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith(body);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 0, GET", "0, 2, POST"})
  void whoCannotWaitExpectsNothing(int minor, int length, String method) throws Exception {
    var backend = rig.backend("web", OK);

    var answer =
        rig.caller()
            .ask(
                method
                    + " / HTTP/1."
                    + minor
                    + "\r\nHost: web\r\nExpect: 100-continue\r\nContent-Length: "
                    + length
                    + "\r\n\r\n"
                    + "hi".substring(0, length));

    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(backend.head()).doesNotContainIgnoringCase("expect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"200-ok", "100-continue, 200-ok"})
  void otherExpectationsAreTheBackendsToMeet(String expectation) throws Exception {
    var backend =
        rig.backend("web", "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n");

    var answer =
        rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\nExpect: " + expectation + "\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 417 ");
    assertThat(backend.head()).contains("Expect: " + expectation + "\r\n");
  }

  @Test
  void aStaleConnectionIsReplacedAndTheBackendAskedAgain() throws Exception {
    var heads = new ConcurrentLinkedQueue<String>();
    var backend =
        rig.backend(
            "web",
            wire -> {
              var head = String.valueOf(wire.head());
              if (head.startsWith("GET")) {
                wire.send(OK);
                heads.add(String.valueOf(wire.head())); // and dies of it
              } else {
                heads.add(head);
                wire.send(CONTINUE);
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + wire.read(2));
              }
            });
    var caller = rig.caller();
    assertThat(caller.ask(GET)).endsWith("ok");

    caller.send(ASKING.replace("POST", "PUT"));

    assertThat(caller.response()).isEqualTo(CONTINUE);
    caller.send("hi");
    assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("hi");
    assertThat(heads).hasSize(2).allMatch(head -> head.contains("Expect: 100-continue\r\n"));
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void threat12_aFinalAnswerBeforeTheBodyEndsBothConnections() throws Exception {
    var end = new CompletableFuture<Boolean>();
    var backend =
        rig.backend(
            "web",
            wire -> {
              if (wire.head() != null) {
                wire.send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
                end.complete(wire.isAtEnd());
              }
            });
    var caller = rig.caller();

    caller.send(ASKING.replace("Length: 2", "Length: " + GET.length()));

    var answer = caller.response();
    if (answer.equals(CONTINUE)) {
      answer =
          caller.response(); // said by us, as this machine took half a second for the backend's
    }
    assertThat(answer).startsWith("HTTP/1.1 401 ");
    assertThat(Wire.header(answer, "Connection")).isEqualTo("close");
    caller.send(GET); // the body, which must not become a request
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(end.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(backend.connections).hasValue(1);
  }

  // Interim answers that nobody asked for.

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "DELETE"})
  void interimAnswersPassWithTheirHeaders(String method) throws Exception {
    rig.backend(
        "web",
        interim("102 Processing", "")
            + interim("103 Early Hints", "Link: </a>\r\nConnection: x-hop\r\nX-Hop: 1\r\n")
            + interim("103 Early Hints", "Link: </b>\r\n")
            + "HTTP/1.1 204 No Content\r\n\r\n");
    var caller = rig.caller();

    for (int n = 0; n < 2; n++) {
      assertThat(caller.ask(method + GET.substring(3))).startsWith("HTTP/1.1 102 Processing\r\n");
      assertThat(caller.response())
          .startsWith("HTTP/1.1 103 Early Hints\r\n")
          .contains("Link: </a>\r\n")
          .doesNotContainIgnoringCase("x-hop");
      assertThat(caller.response()).contains("Link: </b>\r\n");
      assertThat(caller.response()).startsWith("HTTP/1.1 204 No Content\r\n");
    }
  }

  private static String interim(String status, String fields) {
    return "HTTP/1.1 " + status + "\r\n" + fields + "\r\n";
  }

  @Test
  void callersOfHttp10GetNoInterimAnswer() throws Exception {
    rig.backend("web", "HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK);

    assertThat(rig.caller().ask("GET / HTTP/1.0\r\nHost: web\r\n\r\n"))
        .startsWith("HTTP/1.1 200 OK\r\n");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
