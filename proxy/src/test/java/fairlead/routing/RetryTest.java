package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Activity;
import fairlead.naming.Addr;
import fairlead.naming.Bound;
import fairlead.naming.NameTree;
import fairlead.naming.Path;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are worth another try, on the wire ({@code spec/http.md} §10, §11). */
@Timeout(60)
class RetryTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String BAD = "HTTP/1.1 500 Bad\r\nContent-Length: 3\r\n\r\nbad";
  private static final String SERVICE = "rt/http/service/svc/web/";
  private static final String CLIENT = "rt/http/client/#/test/web/";

  private final List<Rig> rigs = new ArrayList<>();

  @AfterEach
  void close() {
    rigs.forEach(Rig::close);
  }

  @Test
  void aServerErrorIsTriedAgain() throws Exception {
    var rig = retrying(Retryable.READ);
    var backend = rig.backend("web", failingFirst(2, BAD));

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nok");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("1.0");
    assertThat(answer.lines().filter(l -> l.startsWith("Via"))).hasSize(1);
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(3);
    assertThat(backend.connections).hasValue(1); // what was thrown away was read
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "success")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "failures")).isZero();
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(2);
    assertThat(rig.gauge(SERVICE + "retries/budget")).isEqualTo(98);
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(3);
    assertThat(rig.count(CLIENT + "success")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures")).isEqualTo(2);
    assertThat(rig.count(CLIENT + "status/500")).isEqualTo(2);
    assertThat(rig.count(CLIENT + "service/svc/web/failures")).isEqualTo(2);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/status/200")).isEqualTo(1);
  }

  @Test
  void eachAttemptIsASpanOfItsOwnAndOtherwiseTheSame() throws Exception {
    var rig = retrying(Retryable.READ);
    var backend = rig.backend("web", failingFirst(1, BAD));

    rig.caller().ask(GET);

    var first = backend.head();
    var second = backend.head();
    assertThat(first.replaceAll("l5d-ctx-trace: .*", ""))
        .isEqualTo(second.replaceAll("l5d-ctx-trace: .*", ""))
        .contains("l5d-dst-service: /svc/web");
    assertThat(Wire.header(first, "l5d-ctx-trace"))
        .isNotEqualTo(Wire.header(second, "l5d-ctx-trace"));
  }

  @Test
  void whatTheKindDoesNotHoldIsNotTriedAgain() throws Exception {
    var rig = retrying(Retryable.READ);
    var backend = rig.backend("web", BAD);

    var answer = rig.caller().ask("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 500 ");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "retries/total")).isZero();
  }

  /** The reserve alone: 10 a second for 10 s (§10.1). */
  @Test
  void aRequestThatAlwaysFailsIsSentOneHundredAndOneTimes() throws Exception {
    var rig = retrying(Retryable.READ);
    var backend = rig.backend("web", BAD);

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 500 Bad\r\n").endsWith("\r\n\r\nbad");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("0.0");
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(101);
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(100);
    assertThat(rig.count(SERVICE + "retries/budget_exhausted")).isEqualTo(1);
    assertThat(rig.gauge(SERVICE + "retries/budget")).isZero();
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "failures")).isEqualTo(1);
  }

  @Test
  void requestsPayForRetries() throws Exception {
    var budget = new BudgetConfig(Duration.ofMinutes(1), 0, 0.25);
    var rig = rig(new HttpClassifier(Retryable.READ, false), budget, Backoff.immediate(), null);
    var asked = new AtomicInteger();
    var backend =
        rig.backend(
            "web",
            wire -> {
              while (wire.request() != null) {
                wire.send(asked.incrementAndGet() < 4 ? OK : BAD);
              }
            });
    var caller = rig.caller();

    for (int i = 0; i < 3; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 500 "); // it is the fourth: one retry
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 500 "); // and no other

    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(3 + 2 + 1);
    assertThat(rig.count(SERVICE + "retries/budget_exhausted")).isEqualTo(2);
  }

  @Test
  void withoutABudgetNothingIsTriedAgain() throws Exception {
    var none = new BudgetConfig(Duration.ofSeconds(10), 0, 0);
    var rig = rig(new HttpClassifier(Retryable.ALL, false), none, Backoff.immediate(), null);
    var backend = rig.backend("web", BAD);

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 500 ");

    assertThat(backend.head()).doesNotContain("l5d-caller-retries");
    assertThat(backend.heads).isEmpty();
  }

  @Test
  void theBackOffIsWaitedFor() throws Exception {
    var delay = Duration.ofMillis(40);
    var rig = retrying(Retryable.READ, new Backoff.Constant(delay));
    rig.backend("web", failingFirst(3, BAD));
    long start = System.nanoTime();

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200 ");

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3 * delay.toNanos());
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(3);
  }

  @Test
  void aCallerThatLeavesDuringTheBackOffIsForgotten() throws Exception {
    var rig = retrying(Retryable.READ, new Backoff.Constant(Duration.ofHours(1)));
    var backend = rig.backend("web", BAD);
    var caller = rig.caller();
    caller.send(GET);
    Await.until("it waits", () -> rig.count(SERVICE + "retries/total") == 1);

    caller.close();

    rig.awaitQuiet("web");
    Await.until("it is over", () -> rig.gauge(SERVICE + "pending") == 0);
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "failures/interrupted")).isEqualTo(1);
  }

  @Test
  void anotherEndpointIsAskedFirst() throws Exception {
    var rig = retrying(Retryable.READ);
    var bad = rig.unbound(always(BAD));
    var good = rig.unbound(always(OK));
    rig.interpreter.bind("web", bad.address(), good.address());
    var caller = rig.caller();

    for (int i = 0; i < 30; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(good.heads).hasSize(30);
    assertThat(bad.heads).isNotEmpty();
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(bad.heads.size());
  }

  @Test
  void aConnectionThatIsClosedBeforeTheAnswerIsRetryable() throws Exception {
    var rig = retrying(Retryable.READ);
    var asked = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          while (wire.request() != null && asked.incrementAndGet() > 2) {
            wire.send(OK);
          }
        });

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200 ");

    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(2);
    assertThat(rig.count(CLIENT + "failures/com.twitter.finagle.ChannelClosedException"))
        .isEqualTo(2);
    assertThat(rig.count(SERVICE + "success")).isEqualTo(1);
  }

  @Test
  void anAnswerThatBreaksOffIsNeverReplaced() throws Exception {
    var rig = retrying(Retryable.READ);
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
            });
    var caller = rig.caller();
    caller.send(GET);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 ");
    assertThat(caller.socket.getInputStream().readAllBytes().length).isLessThan(100);

    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "retries/total")).isZero();
  }

  // What the backend says itself.

  @Test
  void aBackendMayCallAFailureRetryable() throws Exception {
    var rig = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    var bodies = new ConcurrentLinkedQueue<String>();
    var asked = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          for (var one = wire.request(); one != null; one = wire.request()) {
            bodies.add(one.substring(one.indexOf("\r\n\r\n") + 4));
            wire.send(
                asked.incrementAndGet() > 1
                    ? OK
                    : BAD.replace("Content", "l5d-retryable: true\r\nContent"));
          }
        });

    var answer = rig.caller().ask("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 3\r\n\r\nabc");

    assertThat(answer).startsWith("HTTP/1.1 200 ");
    assertThat(bodies).containsExactly("abc", "abc");
  }

  @Test
  void whatWasTriedOftenEnoughIsNotCalledRetryableAnyMore() throws Exception {
    var rig = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    rig.backend("web", BAD.replace("Content", "l5d-retryable: true\r\nContent"));

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 500 ");
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
  }

  // Bodies.

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5120", "Transfer-Encoding: chunked"})
  void aSmallBodyIsSentAgain(String framing) throws Exception {
    var rig = retrying(Retryable.IDEMPOTENT);
    var bodies = new ConcurrentLinkedQueue<String>();
    var asked = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          for (var one = wire.request(); one != null; one = wire.request()) {
            bodies.add(one.substring(one.indexOf("\r\n\r\n") + 4));
            wire.send(asked.incrementAndGet() < 3 ? BAD : OK);
          }
        });
    String body = "b".repeat(5120);
    var caller = rig.caller();

    caller.send("PUT / HTTP/1.1\r\nHost: web\r\n" + framing + "\r\n\r\n");
    caller.send(
        framing.startsWith("T")
            ? "400\r\n"
                + body.substring(0, 1024)
                + "\r\n1000\r\n"
                + body.substring(1024)
                + "\r\n0\r\n\r\n"
            : body);

    assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
    assertThat(bodies).containsExactly(body, body, body);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 5121", "Transfer-Encoding: chunked"})
  void aLongOneIsNot(String framing) throws Exception {
    var rig = retrying(Retryable.IDEMPOTENT);
    var backend = rig.backend("web", BAD);
    String body = "b".repeat(5121);

    var answer =
        rig.caller()
            .ask(
                "PUT / HTTP/1.1\r\nHost: web\r\n"
                    + framing
                    + "\r\n\r\n"
                    + (framing.startsWith("T") ? "1401\r\n" + body + "\r\n0\r\n\r\n" : body));

    assertThat(answer).startsWith("HTTP/1.1 500 ").endsWith("bad");
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "retries/request_stream_too_long")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "retries/total")).isZero();
    assertThat(rig.gauge(SERVICE + "retries/budget")).isEqualTo(100);
  }

  @Test
  void aBodyThatIsStillComingFollowsToTheNextAttempt() throws Exception {
    var rig = retrying(Retryable.IDEMPOTENT);
    var refused = new CountDownLatch(1);
    var bodies = new ConcurrentLinkedQueue<String>();
    var asked = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          if (asked.incrementAndGet() == 1) {
            wire.head();
            wire.send(BAD); // before the body is there
            refused.countDown();
            return;
          }
          var one = String.valueOf(wire.request());
          bodies.add(one.substring(one.indexOf("\r\n\r\n") + 4));
          wire.send(OK);
        });
    var caller = rig.caller();
    caller.send("PUT / HTTP/1.1\r\nHost: web\r\nContent-Length: 6\r\n\r\nabc");
    refused.await();
    Await.until("it is tried again", () -> rig.count(SERVICE + "retries/total") == 1);

    caller.send("def");

    assertThat(caller.response()).startsWith("HTTP/1.1 200 ");
    assertThat(bodies).containsExactly("abcdef");
  }

  @Test
  void anAnswerThatIsThrownAwayIsNotWaitedFor() throws Exception {
    var rig = retrying(Retryable.READ);
    var asked = new AtomicInteger();
    var backend =
        rig.backend(
            "web",
            wire -> {
              while (wire.request() != null) {
                if (asked.incrementAndGet() == 1) {
                  wire.send("HTTP/1.1 500 Bad\r\nContent-Length: 1000\r\n\r\nendless");
                  assertThat(wire.isAtEnd()).isTrue(); // it is closed
                  return;
                }
                wire.send(OK);
              }
            });

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200 ");

    rig.awaitQuiet("web");
    assertThat(backend.connections).hasValue(2);
  }

  @Test
  void anAnswerOfOursIsTriedAgainOneAfterTheOther() throws Exception {
    var plenty = new BudgetConfig(Duration.ofSeconds(10), 1000, 0.2);
    var rig = rig(new HttpClassifier(Retryable.READ, false), plenty, Backoff.immediate(), null);
    var status = new Addr.Live(Set.of(), Map.of("status", "503"));
    rig.interpreter
        .name("web")
        .set(
            new NameTree.Leaf<>(
                new Bound(Path.of("#", "test", "web"), Activity.ok(status), Path.EMPTY)));

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 503 "); // and no overflow of the stack

    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(10_000);
  }

  // Two hops.

  @Test
  void onlyTheFirstOfTwoHopsTriesAgain() throws Exception {
    var outgoing = retrying(Retryable.READ);
    var incoming = retrying(Retryable.READ);
    var backend = incoming.backend("web", BAD);
    outgoing.interpreter.bind("web", incoming.address);

    assertThat(outgoing.caller().ask(GET)).startsWith("HTTP/1.1 500 ");

    outgoing.awaitQuiet("web");
    incoming.awaitQuiet("web");
    assertThat(backend.heads).hasSize(101); // and not 101 * 101
    assertThat(outgoing.count(SERVICE + "retries/total")).isEqualTo(100);
    assertThat(incoming.count(SERVICE + "retries/total")).isZero();
    assertThat(incoming.count(SERVICE + "retries/budget_exhausted")).isZero();
  }

  @Test
  void theSecondHopTriesAgainWhatTheFirstDoesNot() throws Exception {
    var outgoing = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    var incoming = retrying(Retryable.READ);
    var backend = incoming.backend("web", failingFirst(2, BAD));
    outgoing.interpreter.bind("web", incoming.address);

    assertThat(outgoing.caller().ask(GET)).startsWith("HTTP/1.1 200 ");

    assertThat(backend.heads).hasSize(3);
    assertThat(incoming.count(SERVICE + "retries/total")).isEqualTo(2);
  }

  @Test
  void whatABackendCallsRetryableIsTriedAgainByOneHopOnly() throws Exception {
    var outgoing = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    var incoming = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    var backend = incoming.backend("web", BAD.replace("Content", "l5d-retryable: true\r\nContent"));
    outgoing.interpreter.bind("web", incoming.address);

    assertThat(outgoing.caller().ask(GET)).startsWith("HTTP/1.1 500 ");

    assertThat(backend.heads).hasSize(101);
    assertThat(outgoing.count(SERVICE + "retries/total")).isZero();
  }

  @Test
  void theMarkGoesOnToFurtherHops() throws Exception {
    var rig = rig(HttpClassifier.DEFAULT, BudgetConfig.DEFAULT, Backoff.immediate(), null);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-caller-retries: true\r\n\r\n");
    assertThat(Wire.header(backend.head(), "l5d-caller-retries")).isEqualTo("true");
    caller.ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-caller-retries: no\r\n\r\n");
    assertThat(Wire.header(backend.head(), "l5d-caller-retries")).isNull();
  }

  @Test
  void withClearContextACallerCannotForbidRetries() throws Exception {
    var options = new Rig.Options();
    options.clearContext = true;
    options.service = service(new HttpClassifier(Retryable.READ, false), BudgetConfig.DEFAULT);
    var rig = new Rig(options);
    rigs.add(rig);
    var backend = rig.backend("web", failingFirst(1, BAD));

    assertThat(rig.caller().ask("GET / HTTP/1.1\r\nHost: web\r\nl5d-caller-retries: true\r\n\r\n"))
        .startsWith("HTTP/1.1 200 ");

    assertThat(backend.heads).hasSize(2);
  }

  private Rig retrying(Retryable requests) {
    return retrying(requests, Backoff.immediate());
  }

  private Rig retrying(Retryable requests, Backoff backoff) {
    return rig(new HttpClassifier(requests, false), BudgetConfig.DEFAULT, backoff, null);
  }

  private Rig rig(
      HttpClassifier classifier,
      BudgetConfig budget,
      Backoff backoff,
      @Nullable Duration totalTimeout) {
    var options = new Rig.Options();
    options.service =
        new ServiceConfig(totalTimeout, budget, backoff, classifier, Duration.ofMillis(100), null);
    var rig = new Rig(options);
    rigs.add(rig);
    return rig;
  }

  private static ServiceConfig service(HttpClassifier classifier, BudgetConfig budget) {
    return new ServiceConfig(
        null, budget, Backoff.immediate(), classifier, Duration.ofMillis(100), null);
  }

  private static TestBackend.Script always(String response) {
    return wire -> {
      while (wire.request() != null) {
        wire.send(response);
      }
    };
  }

  /** Says {@code bad} so often, then OK. */
  private static TestBackend.Script failingFirst(int times, String bad) {
    var asked = new AtomicInteger();
    return wire -> {
      while (wire.request() != null) {
        wire.send(asked.incrementAndGet() <= times ? bad : OK);
      }
    };
  }
}
