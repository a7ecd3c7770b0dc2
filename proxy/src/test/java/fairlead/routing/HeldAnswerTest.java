package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.ResponseClassifier;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.ServiceConfig.Buffers;
import fairlead.routing.classify.GrpcClassifier;
import fairlead.routing.classify.GrpcClassifier.Retries;
import fairlead.routing.classify.H2Classifier;
import fairlead.routing.classify.Retryable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Answers whose trailers decide ({@code spec/http.md} §17.7, §17.8, §18): held back, thrown away or
 * passed on. Over HTTP/1.1, whose chunks have trailers too.
 */
@Timeout(60)
class HeldAnswerTest {
  private static final String CALL = "POST /s/m HTTP/1.1\r\nHost: web\r\nContent-Length: 0\r\n\r\n";
  private static final String HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  private static final String SERVICE = "rt/http/service/svc/web/";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final ResponseClassifier GRPC =
      new GrpcClassifier(Set.of(0), new Retries.Codes(Set.of(14)));
  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<Rig> rigs = new ArrayList<>();

  @AfterEach
  void close() {
    rigs.forEach(Rig::close);
  }

  @Test
  void anUnavailableCallIsTriedAgainAndNothingOfItIsSeen() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    var backend = rig.backend("web", answers(whole("first", 14), whole("second", 0)));

    var answer = rig.caller().ask(CALL);

    assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\nsecond\ngrpc-status: 0");
    assertThat(answer).doesNotContain("first");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("1.0"); // in the head
    rig.awaitQuiet("web");
    assertThat(backend.connections).hasValue(1);
    assertThat(rig.count(SERVICE + "success")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "failures")).isZero();
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(2);
    assertThat(rig.count(CLIENT + "success")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "service/svc/web/failures")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/success")).isEqualTo(1);
  }

  @Test
  void aFailureThatIsNotRetryableIsPassedOnWithItsClass() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    var backend = rig.backend("web", answers(whole("text", 5)));

    var answer = rig.caller().ask(CALL);

    assertThat(answer).endsWith("\r\n\r\ntext\ngrpc-status: 5");
    assertThat(Wire.header(answer, "l5d-success-class")).isEqualTo("0.0");
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "failures")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/failures")).isEqualTo(1);
  }

  @Test
  void theLastOfManyIsPassedOnWhole() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES, new BudgetConfig(Duration.ofSeconds(1), 2, 0));
    var backend = rig.backend("web", answers(whole("no", 14)));

    var answer = rig.caller().ask(CALL);

    assertThat(answer).endsWith("\r\n\r\nno\ngrpc-status: 14");
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(3);
    assertThat(rig.count(SERVICE + "retries/budget_exhausted")).isEqualTo(1);
  }

  @Test
  void aLongAnswerIsPassedOnBeforeItsEndAndSaysItsClassThere() throws Exception {
    var rig = rig(GRPC, LONG, 10);
    var goOn = new CountDownLatch(1);
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.send(HEAD + chunk("0123456789"));
              wire.send(chunk("a"));
              await(goOn);
              wire.send(end(14));
            });
    var caller = rig.caller();
    caller.send(CALL);

    var head = String.valueOf(caller.head());
    assertThat(head).startsWith("HTTP/1.1 200 ").doesNotContain("l5d-success-class");
    goOn.countDown();

    assertThat(caller.bodyOfRequest(head))
        .isEqualTo("0123456789a\ngrpc-status: 14\nl5d-success-class: 0.0");
    rig.awaitQuiet("web");
    assertThat(backend.heads).hasSize(1);
    assertThat(rig.count(SERVICE + "retries/response_stream_too_long")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "retries/classification_timeout")).isZero();
    assertThat(rig.count(SERVICE + "retries/total")).isZero();
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "failures")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/failures")).isEqualTo(1);
  }

  @Test
  void aSlowAnswerIsPassedOnAfterTheClassificationTimeout() throws Exception {
    var rig = rig(GRPC, Duration.ofMillis(50), Buffers.USUAL_BYTES);
    var goOn = new CountDownLatch(1);
    rig.backend("web", halfway(goOn, chunk("def") + end(0)));
    var caller = rig.caller();
    caller.send(CALL);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 ").doesNotContain("l5d-success-class");
    assertThat(caller.line()).isEqualTo("3");
    assertThat(caller.line()).isEqualTo("abc");
    goOn.countDown();
    assertThat(caller.line()).isEqualTo("3");
    assertThat(caller.line()).isEqualTo("def");
    assertThat(caller.line()).isEqualTo("0");
    assertThat(caller.line()).isEqualTo("grpc-status: 0");
    assertThat(caller.line()).isEqualTo("l5d-success-class: 1.0");

    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "retries/classification_timeout")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "retries/response_stream_too_long")).isZero();
    assertThat(rig.count(SERVICE + "success")).isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/success")).isEqualTo(1);
  }

  /** Seen in Linkerd: every answer waits for 100 ms although nothing could come of it. */
  @ParameterizedTest
  @ValueSource(strings = {"never", "default h2"})
  void whatCannotBeRetryableIsNotHeld(String kind) throws Exception {
    var classifier =
        kind.equals("never")
            ? new GrpcClassifier(Set.of(0), new Retries.Codes(Set.of()))
            : H2Classifier.DEFAULT;
    var rig = rig(classifier, LONG, Buffers.USUAL_BYTES);
    var goOn = new CountDownLatch(1);
    rig.backend("web", halfway(goOn, end(0)));
    var caller = rig.caller();
    caller.send(CALL);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 "); // while the backend waits for us
    goOn.countDown();
    caller.line();
    caller.line();
    caller.line();
    assertThat(caller.line()).isEqualTo("grpc-status: 0");
    assertThat(caller.line()).isEqualTo("l5d-success-class: 1.0");
  }

  @Test
  void aCallThatTheCallersSideTriesAgainIsNotHeld() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    var goOn = new CountDownLatch(1);
    rig.backend("web", halfway(goOn, end(14)));
    var caller = rig.caller();
    caller.send(CALL.replace("Host", "l5d-caller-retries: true\r\nHost"));

    assertThat(caller.head()).startsWith("HTTP/1.1 200 ");
    goOn.countDown();
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "retries/total")).isZero();
  }

  @Test
  void anAnswerThatBreaksWhileItIsHeldIsReplaced() throws Exception {
    var rig = rig(new H2Classifier(Retryable.ALL, false), LONG, Buffers.USUAL_BYTES);
    var asked = new AtomicInteger();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(HEAD + chunk("abc"));
          if (asked.incrementAndGet() > 1) {
            wire.send(chunk("def") + "0\r\n\r\n");
            wire.request();
          }
        });

    var answer = rig.caller().ask(CALL);

    assertThat(answer).endsWith("\r\n\r\nabcdef");
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures/com.twitter.finagle.ChannelClosedException"))
        .isEqualTo(1);
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(2);
  }

  @Test
  void orItIsAnErrorOfOursAndNotHalfAnAnswer() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(HEAD + chunk("abc"));
        });

    var answer = rig.caller().ask(CALL);

    assertThat(answer).startsWith("HTTP/1.1 502 ").doesNotContain("abc");
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
    assertThat(rig.count(SERVICE + "failures/com.twitter.finagle.ChannelClosedException"))
        .isEqualTo(1);
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures")).isEqualTo(1);
  }

  @Test
  void aCallerThatLeavesWhileItIsHeldIsForgotten() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    var sent = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(HEAD + chunk("abc"));
          sent.countDown();
          assertThat(wire.isAtEnd()).isTrue();
          closed.countDown();
        });
    var caller = rig.caller();
    caller.send(CALL);
    sent.await();
    Await.until("it is held", () -> rig.count(CLIENT + "requests") == 1);

    caller.close();

    closed.await();
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "failures/interrupted")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures/interrupted")).isEqualTo(1);
  }

  @Test
  void theBackendSaysHowLongToWait() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    rig.backend(
        "web",
        answers(
            HEAD + "0\r\ngrpc-status: 14\r\ngrpc-retry-pushback-ms: 80\r\n\r\n", whole("ok", 0)));
    long start = System.nanoTime();

    assertThat(rig.caller().ask(CALL)).contains("ok");

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(80_000_000);
  }

  @Test
  void orNotToTryAgain() throws Exception {
    var rig = rig(GRPC, LONG, Buffers.USUAL_BYTES);
    var backend =
        rig.backend(
            "web", answers(HEAD + "0\r\ngrpc-status: 14\r\ngrpc-retry-pushback-ms: -1\r\n\r\n"));

    assertThat(rig.caller().ask(CALL)).contains("grpc-status: 14");

    assertThat(backend.heads).hasSize(1);
  }

  @Test
  void withClearContextTheClassIsNotTold() throws Exception {
    var options = options(H2Classifier.DEFAULT, LONG, Buffers.USUAL_BYTES, BudgetConfig.DEFAULT);
    options.clearContext = true;
    var rig = new Rig(options);
    rigs.add(rig);
    rig.backend("web", answers(whole("text", 0)));

    assertThat(rig.caller().ask(CALL)).doesNotContain("l5d-").endsWith("text\ngrpc-status: 0");
  }

  private Rig rig(ResponseClassifier classifier, Duration timeout, int responseBytes) {
    return rig(classifier, timeout, responseBytes, BudgetConfig.DEFAULT);
  }

  private Rig rig(
      ResponseClassifier classifier, Duration timeout, int responseBytes, BudgetConfig budget) {
    var rig = new Rig(options(classifier, timeout, responseBytes, budget));
    rigs.add(rig);
    return rig;
  }

  private static Rig.Options options(
      ResponseClassifier classifier, Duration timeout, int responseBytes, BudgetConfig budget) {
    var options = new Rig.Options();
    options.service =
        new ServiceConfig(
            null,
            budget,
            Backoff.immediate(),
            classifier,
            timeout,
            new Buffers(Buffers.USUAL_BYTES, responseBytes));
    return options;
  }

  /** One after the other, and the last again and again. */
  private static TestBackend.Script answers(String... answers) {
    var asked = new AtomicInteger();
    return wire -> {
      while (wire.request() != null) {
        wire.send(answers[Math.min(asked.getAndIncrement(), answers.length - 1)]);
      }
    };
  }

  private static String whole(String body, int status) {
    return HEAD + chunk(body) + end(status);
  }

  /** The head and {@code abc}, and once it may go on, {@code rest}. */
  private static TestBackend.Script halfway(CountDownLatch goOn, String rest) {
    return wire -> {
      wire.request();
      wire.send(HEAD + chunk("abc"));
      await(goOn);
      wire.send(rest);
    };
  }

  private static String chunk(String data) {
    return Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
  }

  private static String end(int status) {
    return "0\r\ngrpc-status: " + status + "\r\n\r\n";
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
