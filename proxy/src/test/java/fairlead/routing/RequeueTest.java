package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.accrual.AccrualConfig;
import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import fairlead.retry.BudgetConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the same request is sent again, and when never (D8; {@code spec/http.md} §6.3, §10). */
class RequeueTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String NACK =
      "HTTP/1.1 503 Service Unavailable\r\nfinagle-http-nack: true\r\nRetry-After: 0\r\n"
          + "Content-Length: 4\r\n\r\nbusy";
  private static final String NACKED = "The request was Nacked by the server";
  private static final String CLIENT = "rt/http/client/#/test/web/";

  /** Endpoints that stay in, whatever they do. */
  private static Rig.Options options() {
    var options = new Rig.Options();
    options.client = ClientConfig.DEFAULT.with(new AccrualConfig.Never(), false);
    return options;
  }

  private final Rig rig = new Rig(options());

  @AfterEach
  void close() {
    rig.close();
  }

  // Connections that died.

  @Test
  void seenD08_aReusedConnectionThatDiedBeforeAByteIsReplacedWithoutNotice() throws Exception {
    var backend = rig.backend("web", answeringOnce());
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    rig.awaitQuiet("web");
    assertThat(backend.connections).hasValue(2);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(1);
    assertThat(rig.count("rt/http/service/svc/web/success")).isEqualTo(2);
    assertThat(rig.count("rt/http/service/svc/web/failures")).isZero();
  }

  @Test
  void seenD08_aPoolFullOfDeadConnectionsCostsOneRetry() throws Exception {
    int many = 12;
    var together = new CountDownLatch(many);
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              together.countDown();
              awaitQuietly(together);
              wire.send(OK);
              wire.request(); // and dies of it
            });
    var callers = new ArrayList<Wire>();
    for (int i = 0; i < many; i++) {
      callers.add(rig.caller());
      callers.getLast().send(GET);
    }
    for (var caller : callers) {
      assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
    }
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_cached")).isEqualTo(many);

    assertThat(callers.getFirst().ask(GET)).startsWith("HTTP/1.1 200 ");

    assertThat(backend.connections).hasValue(many + 1);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(1);
  }

  @Test
  void seenD08_whatMayHaveBeenDoneIsNotDoneTwice() throws Exception {
    var backend = rig.backend("web", answeringOnce());
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    var answer = caller.ask("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 502 ");
    assertThat(backend.heads).hasSize(2);
    rig.awaitQuiet("web");
    assertThat(rig.count(CLIENT + "retries/requeues")).isZero();
  }

  @Test
  void seenD08_aSmallBodyIsSentAgainWithItsRequest() throws Exception {
    var requests = new ConcurrentLinkedQueue<String>();
    var backend =
        rig.backend(
            "web",
            wire -> {
              requests.add(String.valueOf(wire.request()));
              wire.send(OK);
              requests.add(String.valueOf(wire.request()));
            });
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    var put = put(5 * 1024);

    assertThat(caller.ask(put)).startsWith("HTTP/1.1 200 ");

    assertThat(backend.connections).hasValue(2);
    assertThat(requests).filteredOn(r -> r.endsWith("\r\n\r\n" + "b".repeat(5 * 1024))).hasSize(2);
  }

  @Test
  void seenD08_aLongBodyThatWasReadIsNotSentTwice() throws Exception {
    var backend = rig.backend("web", answeringOnce());
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    var answer = caller.ask(put(5 * 1024 + 1));

    assertThat(answer).startsWith("HTTP/1.1 502 ");
    assertThat(backend.heads).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "abc"})
  void seenD08_bodiesInChunksAreSentAgainEmptyOnesToo(String body) throws Exception {
    var bodies = new ConcurrentLinkedQueue<String>();
    var backend =
        rig.backend(
            "web",
            wire -> {
              bodies.add(body(wire.request()));
              wire.send(OK);
              bodies.add(body(wire.request()));
            });
    String head = "PUT / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n";
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    String chunk = body.isEmpty() ? "" : "3\r\n" + body + "\r\n";
    assertThat(caller.ask(head + chunk + "0\r\n\r\n")).startsWith("HTTP/1.1 200 ");

    assertThat(bodies).containsExactly("", body, body);
    assertThat(backend.heads).hasSize(3);
  }

  @Test
  void seenD08_trailersAreNotKept() throws Exception {
    var backend = rig.backend("web", answeringOnce());
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    var answer =
        caller.ask(
            "PUT / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: y\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 502 ");
    assertThat(backend.heads).hasSize(2);
  }

  @Test
  void seenD08_aCallerThatLeavesCostsNobodyElseARequest() throws Exception {
    rig.backend("web", OK);
    var staying = rig.caller();

    for (int i = 0; i < 200; i++) {
      var leaving = rig.caller();
      leaving.socket.setSoLinger(i % 2 == 0, 0);
      leaving.send(GET);
      leaving.close();
      assertThat(staying.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
  }

  // Nacks.

  @Test
  void aNackedRequestGoesToAnotherEndpoint() throws Exception {
    var busy = rig.unbound(always(NACK));
    var idle = rig.unbound(always(OK));
    rig.interpreter.bind("web", busy.address(), idle.address());
    var caller = rig.caller();

    for (int i = 0; i < 30; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok");
    }

    rig.awaitQuiet("web");
    assertThat(idle.heads).hasSize(30);
    assertThat(busy.heads).isNotEmpty();
    assertThat(busy.connections).hasValue(1); // its body was read, so it is used again
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(busy.heads.size());
    assertThat(rig.count(CLIENT + "failures/rejected/com.twitter.finagle.Failure"))
        .isEqualTo(busy.heads.size());
    assertThat(rig.count(CLIENT + "status/error")).isEqualTo(busy.heads.size());
  }

  @Test
  void aNackedRequestTakesItsSmallBodyAlong() throws Exception {
    var busy = rig.unbound(always(NACK));
    var bodies = new ConcurrentLinkedQueue<String>();
    var idle =
        rig.unbound(
            wire -> {
              for (var one = wire.request(); one != null; one = wire.request()) {
                bodies.add(one.substring(one.indexOf("\r\n\r\n") + 4));
                wire.send(OK);
              }
            });
    rig.interpreter.bind("web", busy.address(), idle.address());
    var caller = rig.caller();

    for (int i = 0; i < 20; i++) {
      // The second part comes when the first was sent already.
      caller.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 6\r\n\r\nabc");
      caller.send("def");
      assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(busy.heads).isNotEmpty();
    assertThat(bodies).hasSize(20).containsOnly("abcdef");
  }

  @Test
  void aServiceThatSaysRetryAfterNothingIsTakenAtItsWord() throws Exception {
    String head = "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nTransfer-Encoding: chunked\r\n\r\n";
    var busy = rig.unbound(always(head + "4\r\nbusy\r\n0\r\n\r\n"));
    var idle = rig.unbound(always(OK));
    rig.interpreter.bind("web", busy.address(), idle.address());
    var caller = rig.caller();

    for (int i = 0; i < 30; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(busy.heads).isNotEmpty();
    assertThat(busy.connections).hasValue(1);
  }

  @Test
  void whenEveryTryWasNackedTheCallerIsToldAndMayRetry() throws Exception {
    var backend = rig.backend("web", NACK);

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n" + NACKED);
    assertThat(Wire.header(answer, "l5d-err")).isEqualTo("The+request+was+Nacked+by+the+server");
    assertThat(Wire.header(answer, "l5d-retryable")).isEqualTo("true");
    rig.awaitQuiet("web");
    // A fifth of the 100 retries that a new budget holds (§10).
    assertThat(backend.heads).hasSize(21);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(20);
    assertThat(rig.count(CLIENT + "retries/request_limit")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "retries/budget")).isEqualTo(80);
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(21);
    assertThat(rig.count("rt/http/service/svc/web/requests")).isEqualTo(1);
    assertThat(
            rig.count("rt/http/service/svc/web/failures/restartable/com.twitter.finagle.Failure"))
        .isEqualTo(1);
  }

  @Test
  void aNackOfALongStreamedRequestIsFinal() throws Exception {
    var backend = rig.backend("web", NACK);

    String head = "POST / HTTP/1.1\r\nHost: web\r\nTransfer-Encoding: chunked\r\n\r\n";

    var answer = rig.caller().ask(head + "1401\r\n" + "b".repeat(0x1401) + "\r\n0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n" + NACKED);
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(CLIENT + "failures/nonretryable/com.twitter.finagle.Failure"))
        .isEqualTo(1);
  }

  @Test
  void aNackOfABodyLongerThanIsKeptIsFinal() throws Exception {
    var options = options();
    options.keptBodyBytes = 3;
    try (var little = new Rig(options)) {
      var backend = little.backend("web", NACK);
      String head = "POST / HTTP/1.1\r\nHost: web\r\nContent-Length: ";

      little.caller().ask(head + "4\r\n\r\nabcd");
      little.awaitQuiet("web");
      assertThat(backend.heads).hasSize(1);

      little.caller().ask(head + "3\r\n\r\nabc");
      little.awaitQuiet("web");
      assertThat(backend.heads).hasSize(1 + 21);
    }
  }

  @Test
  void aNackThatForbidsRetriesIsFinal() throws Exception {
    var backend =
        rig.backend(
            "web",
            "HTTP/1.1 503 No\r\nfinagle-http-nonretryable-nack: true\r\nContent-Length: 0\r\n\r\n");

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n").endsWith("\r\n\r\n" + NACKED);
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
    assertThat(backend.heads).hasSize(1);
  }

  @Test
  void aNackWithMuchToSayCostsItsConnectionButNotTheRequest() throws Exception {
    var busy =
        rig.unbound(
            always(
                "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 1025\r\n\r\n"
                    + "b".repeat(1025)));
    var idle = rig.unbound(always(OK));
    rig.interpreter.bind("web", busy.address(), idle.address());
    var caller = rig.caller();

    for (int i = 0; i < 20; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(busy.connections.get()).isPositive().isEqualTo(busy.heads.size());
  }

  @Test
  void aBackendThatDiesWithinItsNackDidNotProcessTheRequestEither() throws Exception {
    var dying =
        rig.unbound(
            wire -> {
              wire.request();
              wire.send("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 9\r\n\r\nbus");
            });
    var idle = rig.unbound(always(OK));
    rig.interpreter.bind("web", dying.address(), idle.address());
    var caller = rig.caller();

    for (int i = 0; i < 20; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(dying.heads).isNotEmpty();
  }

  @Test
  void anUnavailableServiceThatNamesATimeIsAnAnswer() throws Exception {
    var backend =
        rig.backend("web", "HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 4\r\n\r\nbusy");

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 503 Busy\r\n").endsWith("\r\n\r\nbusy");
    assertThat(Wire.header(answer, "Retry-After")).isEqualTo("30");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(CLIENT + "status/503")).isEqualTo(1);
  }

  @Test
  void whatOneRouterRefusesAnotherSendsElsewhere() throws Exception {
    var options = new Rig.Options();
    options.maxConcurrentRequests = 1;
    var held = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (var full = new Rig(options)) {
      full.backend(
          "web",
          wire -> {
            while (wire.request() != null) {
              held.countDown();
              awaitQuietly(goOn);
              wire.send(OK);
            }
          });
      var idle = rig.unbound(always(OK));
      rig.interpreter.bind("web", full.address, idle.address());
      var first = full.caller();
      first.send(GET);
      held.await(); // from here on it is full

      var caller = rig.caller();
      for (int i = 0; i < 20; i++) {
        assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
      }

      assertThat(idle.heads).hasSize(20);
      assertThat(full.count("rt/http/server/127.0.0.1/0/nacks")).isPositive();
      goOn.countDown();
      assertThat(first.response()).startsWith("HTTP/1.1 200 ");
    }
  }

  // Budgets.

  @Test
  void theBudgetOfAClientIsSpentAndPaidInto() throws Exception {
    var options = new Rig.Options();
    options.client = client(new BudgetConfig(Duration.ofMinutes(1), 0, 0.5));
    try (var poor = new Rig(options)) {
      var nacking = new AtomicBoolean(true);
      var backend =
          poor.backend(
              "web",
              wire -> {
                while (wire.request() != null) {
                  wire.send(nacking.get() ? NACK : OK);
                }
              });
      var caller = poor.caller();

      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 502 "); // nothing was paid in
      assertThat(poor.count(CLIENT + "retries/request_limit")).isEqualTo(1);
      nacking.set(false);
      for (int i = 0; i < 2; i++) {
        assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
      }
      poor.awaitQuiet("web");
      assertThat(poor.gauge(CLIENT + "retries/budget")).isEqualTo(1); // two answers, one retry
      nacking.set(true);

      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 502 ");

      poor.awaitQuiet("web");
      assertThat(backend.heads).hasSize(1 + 2 + 2);
      assertThat(poor.gauge(CLIENT + "retries/budget")).isZero();
    }
  }

  @Test
  void aConnectionIsTriedTwentyFiveTimesAtNoCost() throws Exception {
    int port;
    try (var gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = gone.getLocalPort();
    }
    rig.interpreter.bind("web", new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 502 ").contains("Unable to establish");

    rig.awaitQuiet("web");
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(25);
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(24);
    assertThat(rig.count(CLIENT + "retries/request_limit")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "retries/budget")).isEqualTo(100);
  }

  private static ClientConfig client(BudgetConfig budget) {
    return Configs.requeueBudget(Configs.pool(0, 10, 10, null, null, null), budget)
        .with(new AccrualConfig.Never(), false);
  }

  private static String body(@Nullable String request) {
    String whole = String.valueOf(request);
    return whole.substring(whole.indexOf("\r\n\r\n") + 4);
  }

  private static TestBackend.Script always(String response) {
    return wire -> {
      while (wire.request() != null) {
        wire.send(response);
      }
    };
  }

  /** Answers the first request of each connection and dies of the second. */
  private static TestBackend.Script answeringOnce() {
    return wire -> {
      wire.request();
      wire.send(OK);
      wire.request();
    };
  }

  private static String put(int bodyBytes) {
    return "PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(bodyBytes, "b".repeat(bodyBytes));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
