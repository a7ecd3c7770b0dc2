package fairlead.routing;

import static fairlead.http2.FrameWire.request;
import static fairlead.http2.FrameWire.response;
import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.client.Configs;
import fairlead.exchange.ErrorCode;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import fairlead.routing.identify.IdentifierConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What callers of an h2 router see of failures: each row of the table in {@code spec/http.md}
 * §17.6.
 */
@Timeout(60)
class Http2FailuresTest {
  /** Stands for a request among the codes of resets. */
  private static final long ASKED = -1;

  private final Rig.Options options = Http2.toHttp2();
  private @Nullable Http2 http2;

  @AfterEach
  void close() {
    if (http2 != null) {
      http2.close();
    }
  }

  private Http2 open() {
    http2 = new Http2(options);
    return http2;
  }

  /** A backend that resets each stream with these codes, and notes what it is told. */
  private static void answering(Http2 at, Queue<Long> resets, long... codes) {
    at.backend(
        "web",
        peer -> {
          for (var next = peer.next(); next != null; next = peer.next()) {
            if (next.type() == Frame.HEADERS) {
              resets.add(ASKED);
              for (long code : codes) {
                peer.send(Frame.reset(next.stream(), code));
              }
            } else if (next.type() == Frame.RST_STREAM) {
              resets.add(next.intAt(0));
            }
          }
        });
  }

  private static void silent(Http2 at) {
    at.rig.backend("web", wire -> wire.socket.getInputStream().readAllBytes());
  }

  /** An error that is told in words, and its length. */
  private static void isTold(FrameWire.Answer answer, String status, String text) {
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).contains(text);
    assertThat(answer.head())
        .contains("content-type: text/plain", "content-length: " + answer.body().length())
        .anyMatch(f -> f.startsWith("l5d-err: "));
    assertThat(answer.reset()).isEqualTo(-1);
  }

  private static void isReset(FrameWire.Answer answer, ErrorCode code) {
    assertThat(answer.head()).isEmpty();
    assertThat(answer.reset()).isEqualTo(code.number());
  }

  @Test
  void whatIsNotIdentifiedIsRefused() throws IOException {
    options.identifiers = List.of(new IdentifierConfig.H2HeaderToken("x-service"));
    var caller = open().caller();
    caller.get(1, "/");

    isReset(caller.answer(1), ErrorCode.REFUSED_STREAM);
  }

  @Test
  void aNameThatNobodyHasIsTold502() throws IOException {
    var caller = open().caller();
    caller.get(1, "/");

    isTold(caller.answer(1), "502", "Unable to route request!\nservice name: /svc/web\n");
  }

  @Test
  void aBackendThatCannotBeReachedIsTold502() throws IOException {
    var at = open();
    at.rig.interpreter.bind("web", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
    var caller = at.caller();
    caller.get(1, "/");

    isTold(caller.answer(1), "502", "Unable to establish connection to 127.0.0.1:1.");
  }

  @Test
  void tooManyCallsAreTold400() throws IOException {
    options.maxCallDepth = 1;
    var caller = open().caller();
    caller.send(Frame.headers(1, request("GET", "/", "via: h2 a, h2 b"), true));

    isTold(caller.answer(1), "400", "Maximum number of calls (1) has been exceeded.");
  }

  @Test
  void aDtabThatDoesNotParseIsTold400() throws IOException {
    var caller = open().caller();
    caller.send(Frame.headers(1, request("GET", "/", "l5d-dtab: nonsense"), true));

    assertThat(caller.answer(1).status()).isEqualTo("400");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "2, 2",
    "3, 2",
    "4, 2",
    "5, 5",
    "6, 2",
    "7, 7",
    "8, 8",
    "9, 2",
    "10, 2",
    "11, 11",
    "12, 2",
    "13, 2",
    "14, 2",
    "4294967295, 2"
  })
  @Requirement(rfc = "9113 §7", says = "unknown error codes are nothing special")
  void aBackendsResetHasTheCodeThatItHad(long code, long told) throws IOException {
    options.client =
        Configs.requeueBudget(options.client, new BudgetConfig(Duration.ofSeconds(1), 0, 0));
    var at = open();
    answering(at, new ConcurrentLinkedQueue<>(), code);
    var caller = at.caller();
    caller.get(1, "/");

    var answer = caller.answer(1);

    assertThat(answer.head()).isEmpty();
    assertThat(answer.reset()).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource({"8, 8", "2, 2", "1, 1", "7, 7", "11, 11", "3, 2", "0, 8"})
  void aCallersResetHasTheCodeThatItHad(long code, long told) throws IOException {
    var resets = new ConcurrentLinkedQueue<Long>();
    var at = open();
    answering(at, resets);
    var caller = at.caller();
    caller.get(1, "/");
    Await.until("it was asked for", () -> resets.contains(ASKED));

    caller.send(Frame.reset(1, code));

    Await.until("it is told", () -> resets.size() > 1);
    assertThat(resets).containsExactly(ASKED, told);
  }

  @Test
  void whatACallerLeavesBehindIsCancelled() throws IOException {
    var resets = new ConcurrentLinkedQueue<Long>();
    var at = open();
    answering(at, resets);
    var caller = at.caller();
    caller.get(1, "/");
    Await.until("it was asked for", () -> resets.contains(ASKED));

    caller.close();

    Await.until("it is told", () -> resets.size() > 1);
    assertThat(resets).containsExactly(ASKED, (long) ErrorCode.CANCEL.number());
  }

  @Test
  void aTotalTimeOutIsAnInternalError() throws IOException {
    options.service = service(Duration.ofMillis(100), BudgetConfig.DEFAULT, Retryable.NOTHING);
    var at = open();
    silent(at);

    isReset(asked(at), ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void anAttemptsTimeOutIsAnInternalError() throws IOException {
    options.client = Configs.attemptTimeout(options.client, Duration.ofMillis(100));
    var at = open();
    answering(at, new ConcurrentLinkedQueue<>());

    isReset(asked(at), ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void aBindingTimeOutIsAnInternalError() throws IOException {
    options.bindingTimeout = Duration.ofMillis(100);
    var at = open();
    at.rig.interpreter.name("web"); // pending

    isReset(asked(at), ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void aDeadlineThatHasPassedIsAnInternalError() throws IOException {
    var at = open();
    var caller = at.caller();
    caller.send(Frame.headers(1, request("GET", "/", "grpc-timeout: 1n"), true));

    isReset(caller.answer(1), ErrorCode.INTERNAL_ERROR);
  }

  @Test
  void tooManyRequestsAreRefused() throws IOException {
    options.maxConcurrentRequests = 1;
    var at = open();
    silent(at);
    var caller = at.caller();
    caller.get(1, "/");
    caller.get(3, "/");

    isReset(caller.answer(3), ErrorCode.REFUSED_STREAM);
  }

  @Test
  void aBackendThatDiesIsAnInternalError() throws IOException {
    var at = open();
    at.backend(
        "web",
        peer -> {
          peer.await(f -> f.type() == Frame.HEADERS);
          peer.send(Frame.headers(1, response(200), false));
          peer.ping();
        });

    var answer = asked(at);

    assertThat(answer.status()).isEqualTo("200");
    assertThat(answer.reset()).isEqualTo(ErrorCode.INTERNAL_ERROR.number());
  }

  @Test
  @Requirement(
      rfc = "9113 §8.7",
      says = "a stream is not told to be refused once some backend may have processed it")
  void whatIsRefusedBehindAnAnswerIsAnInternalError() throws IOException {
    var at = open();
    at.backend(
        "web",
        peer -> {
          peer.await(f -> f.type() == Frame.HEADERS);
          peer.send(Frame.headers(1, response(200), false), Frame.reset(1, 7));
          peer.next();
        });

    var answer = asked(at);

    assertThat(answer.status()).isEqualTo("200");
    assertThat(answer.reset()).isEqualTo(ErrorCode.INTERNAL_ERROR.number());
  }

  @Test
  @Requirement(
      rfc = "9113 §8.7",
      says = "a stream is not told to be refused once some backend may have processed it")
  void whatIsRefusedWhenTriedAgainIsAnInternalError() throws IOException {
    options.client =
        Configs.requeueBudget(options.client, new BudgetConfig(Duration.ofSeconds(1), 0, 0));
    options.service = service(null, new BudgetConfig(Duration.ofSeconds(10), 0, 1), Retryable.READ);
    var at = open();
    var asked = new AtomicInteger();
    at.backend(
        "web",
        peer -> {
          while (true) {
            int stream = peer.await(f -> f.type() == Frame.HEADERS).stream();
            peer.send(
                asked.incrementAndGet() == 1
                    ? Frame.headers(stream, response(503), true)
                    : Frame.reset(stream, 7));
          }
        });

    isReset(asked(at), ErrorCode.INTERNAL_ERROR);
    assertThat(asked).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/../b", "/a%2fb/c"})
  void aPathThatIsReadInDifferentWaysIsTold400(String path) throws IOException {
    options.identifiers = List.of(new IdentifierConfig.H2HeaderPath(":path", 1));
    var caller = open().caller();
    caller.get(1, path);

    assertThat(caller.answer(1).status()).isEqualTo("400");
  }

  private static ServiceConfig service(
      @Nullable Duration total, BudgetConfig budget, Retryable retryable) {
    return new ServiceConfig(
        total,
        budget,
        Backoff.immediate(),
        new HttpClassifier(retryable, false),
        Duration.ofMillis(100),
        null);
  }

  private static FrameWire.Answer asked(Http2 at) throws IOException {
    var caller = at.caller();
    caller.get(1, "/");
    return caller.answer(1);
  }
}
