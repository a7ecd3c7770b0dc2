package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.Configs;
import fairlead.http.EpochTime;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Time-outs of services and clients, and deadlines, on the wire ({@code spec/http.md} §6, §12). */
@Timeout(60)
class TimeoutsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVER = "rt/http/server/127.0.0.1/0/";
  private static final String SERVICE = "rt/http/service/svc/web/";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final String DEADLINE = SERVER + "admission_control/deadline/";
  private static final long SECOND = 1_000_000_000;

  private final CountDownLatch over = new CountDownLatch(1);
  private final Rig.Options options = new Rig.Options();
  private Rig rig = new Rig();

  @AfterEach
  void close() {
    over.countDown();
    rig.close();
  }

  // totalTimeoutMs

  @Test
  void aRequestWithoutAnAnswerInTheTotalTimeIsAnswered503() throws Exception {
    start(Duration.ofMillis(150), null, Retryable.NOTHING);
    rig.backend("web", silent());

    var answer = rig.caller().ask(GET);

    assertThat(answer)
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .endsWith(
            "\r\n\r\nexceeded 150.milliseconds to unspecified while waiting for a response for the"
                + " request, including retries (if applicable). Remote Info: Not Available");
    assertThat(Wire.header(answer, "l5d-err")).startsWith("exceeded+150.milliseconds+to+unspec");
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
    assertThat(Wire.header(answer, "Via")).isNull();
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "failures/com.twitter.finagle.GlobalRequestTimeoutException"))
        .isEqualTo(1);
    assertThat(rig.count(CLIENT + "failures/interrupted")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "connections")).isZero();
  }

  @Test
  void theTotalTimeCoversBinding() throws Exception {
    start(Duration.ofMillis(100), null, Retryable.NOTHING);
    rig.interpreter.name("web"); // pending

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 503 ").contains("including retries");
  }

  @Test
  void theTotalTimeCoversRetriesAndBackOffs() throws Exception {
    options.service =
        new ServiceConfig(
            Duration.ofMillis(200),
            BudgetConfig.DEFAULT,
            new Backoff.Constant(Duration.ofMillis(60)),
            new HttpClassifier(Retryable.READ, false),
            Duration.ofMillis(100),
            null);
    restart();
    var backend = rig.backend("web", "HTTP/1.1 500 Bad\r\nContent-Length: 0\r\n\r\n");

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 503 ").contains("including retries");

    assertThat(backend.heads.size()).isBetween(2, 4);
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
  }

  @Test
  void aBodyThatTakesLongerIsNotCutShort() throws Exception {
    start(Duration.ofMillis(100), Duration.ofMillis(100), Retryable.NOTHING);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
          await();
          wire.send("cd");
        });
    var caller = rig.caller();
    caller.send(GET);
    assertThat(caller.head()).startsWith("HTTP/1.1 200 ");
    // Another request is given up meanwhile, and so the time of the first one is over too.
    rig.interpreter.name("never");
    assertThat(rig.caller().ask(GET.replace("web", "never"))).startsWith("HTTP/1.1 503 ");

    over.countDown();

    assertThat(caller.read(4)).isEqualTo("abcd");
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "success")).isEqualTo(1);
  }

  // requestAttemptTimeoutMs

  @Test
  void anAttemptWithoutAnAnswerIsAnswered503() throws Exception {
    start(null, Duration.ofMillis(120), Retryable.NOTHING);
    var backend = rig.backend("web", silent());

    var answer = rig.caller().ask(GET);

    String endpoint = "127.0.0.1:" + backend.address().getPort();
    assertThat(answer)
        .startsWith("HTTP/1.1 503 ")
        .contains(
            "exceeded 120.milliseconds to #/test/web while waiting for a response for an individual"
                + " request, excluding retries. Remote Info: Upstream Address: Not Available,"
                + " Upstream id: Not Available, Downstream Address: "
                + endpoint
                + ", Downstream label: #/test/web, Trace Id: ");
    rig.awaitQuiet("web");
    assertThat(rig.count(CLIENT + "failures/com.twitter.finagle.IndividualRequestTimeoutException"))
        .isEqualTo(1);
    assertThat(
            rig.count(SERVICE + "failures/com.twitter.finagle.IndividualRequestTimeoutException"))
        .isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "connections")).isZero(); // its connection is closed
  }

  @Test
  void anAttemptThatTakesTooLongIsRetryable() throws Exception {
    start(null, Duration.ofMillis(120), Retryable.READ);
    var silent = rig.unbound(silent());
    var quick = rig.unbound(answering());
    rig.interpreter.bind("web", silent.address(), quick.address());
    var caller = rig.caller();

    for (int i = 0; i < 10; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(silent.heads).isNotEmpty();
    assertThat(rig.count(SERVICE + "retries/total")).isEqualTo(silent.heads.size());
    assertThat(rig.count(SERVICE + "success")).isEqualTo(10);
  }

  @Test
  void waitingForAConnectionIsNoPartOfAnAttempt() throws Exception {
    options.client =
        Configs.attemptTimeout(Configs.pool(0, 1, 10, null, null, null), Duration.ofSeconds(5));
    restart();
    var asked = new CountDownLatch(1);
    var backend =
        rig.backend(
            "web",
            wire -> {
              while (wire.request() != null) {
                asked.countDown();
                await();
                wire.send(OK);
              }
            });
    var first = rig.caller();
    first.send(GET);
    asked.await();
    long start = EpochTime.nanos();
    var second = rig.caller();
    second.send(GET);
    Await.until("it waits", () -> rig.gauge(CLIENT + "pool_waiters") == 1);
    long waited = EpochTime.nanos() - start;

    over.countDown();
    assertThat(first.response()).startsWith("HTTP/1.1 200 ");
    assertThat(second.response()).startsWith("HTTP/1.1 200 ");

    backend.head();
    var told = deadline(backend.head());
    assertThat(told).isGreaterThan(start + waited + 5 * SECOND); // its time began behind the wait
  }

  // Deadlines.

  @ParameterizedTest
  @CsvSource({"-1000, true", "-1, true", "60000, false"})
  void seenD16_anExpiredDeadlineIsAnsweredAtOnceAndCounted(int millis, boolean expired)
      throws Exception {
    var backend = rig.backend("web", OK);
    long now = EpochTime.nanos();

    var answer = rig.caller().ask(withDeadline(now - SECOND, millis, now));

    rig.awaitQuiet("web");
    int count = expired ? 1 : 0;
    assertThat(answer).startsWith(expired ? "HTTP/1.1 503 " : "HTTP/1.1 200 ");
    assertThat(backend.heads).hasSize(1 - count);
    assertThat(rig.count(DEADLINE + "exceeded")).isEqualTo(count);
    assertThat(rig.count(DEADLINE + "rejected")).isEqualTo(count);
    assertThat(rig.count(SERVER + "failures/deadline_exceeded")).isEqualTo(count);
    if (expired) {
      assertThat(answer).contains("exceeded request deadline by ");
      assertThat(Wire.header(answer, "l5d-err")).startsWith("exceeded+request+deadline+by+");
    }
  }

  @Test
  void aDeadlineBoundsTheTime() throws Exception {
    rig.backend("web", silent());
    long now = EpochTime.nanos();

    var answer = rig.caller().ask(withDeadline(now, 150, now));

    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("exceeded request deadline by ");
    assertThat(EpochTime.nanos() - now).isGreaterThanOrEqualTo(150_000_000);
    rig.awaitQuiet("web");
    assertThat(rig.count(DEADLINE + "exceeded")).isEqualTo(1);
    assertThat(rig.count(DEADLINE + "rejected")).isZero();
    assertThat(rig.count(SERVICE + "failures/interrupted")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "connections")).isZero();
  }

  @Test
  void theStrictestOfDeadlineAndTimeoutsGoesOn() throws Exception {
    start(Duration.ofSeconds(10), Duration.ofSeconds(5), Retryable.NOTHING);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    long now = EpochTime.nanos();
    caller.ask(withDeadline(now, 3_000, now));
    assertThat(deadline(backend.head())).isEqualTo(now + 3 * SECOND);

    now = EpochTime.nanos();
    caller.ask(withDeadline(now, 60_000, now));
    assertThat(deadline(backend.head())).isBetween(now + 5 * SECOND, now + 9 * SECOND);

    now = EpochTime.nanos();
    caller.ask(GET);
    var head = backend.head();
    assertThat(deadline(head)).isBetween(now + 5 * SECOND, now + 9 * SECOND);
    assertThat(
            Long.parseLong(String.valueOf(Wire.header(head, "l5d-ctx-deadline")).split(" ", -1)[0]))
        .isGreaterThanOrEqualTo(now); // the timestamp is the latest
  }

  @Test
  void withoutAnyTimeoutNoDeadlineIsInvented() throws Exception {
    var backend = rig.backend("web", OK);

    rig.caller().ask(GET);

    assertThat(Wire.header(backend.head(), "l5d-ctx-deadline")).isNull();
  }

  @Test
  void aClockThatIsAheadOfOursGivesNoMoreTimeThanWasMeant() throws Exception {
    rig.backend("web", silent());
    long ahead = EpochTime.nanos() + TimeUnit.HOURS.toNanos(1);

    var answer = rig.caller().ask(withDeadline(ahead, 150, ahead));

    assertThat(answer).startsWith("HTTP/1.1 503 ");
  }

  // grpc-timeout

  @Test
  void aGrpcTimeoutIsADeadline() throws Exception {
    rig.backend("web", silent());
    long now = System.nanoTime();

    var answer = rig.caller().ask(GET.replace("Host", "grpc-timeout: 100m\r\nHost"));

    assertThat(answer).startsWith("HTTP/1.1 503 ").contains("exceeded request deadline by ");
    assertThat(System.nanoTime() - now).isGreaterThanOrEqualTo(100_000_000);
  }

  @Test
  void theBackendIsToldWhatIsLeftOfIt() throws Exception {
    start(null, Duration.ofSeconds(20), Retryable.NOTHING);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.ask(GET.replace("Host", "grpc-timeout: 1H\r\nHost"));
    var head = backend.head();
    var left = String.valueOf(Wire.header(head, "grpc-timeout"));
    assertThat(left).endsWith("u");
    assertThat(Long.parseLong(left.substring(0, left.length() - 1)))
        .isBetween(10_000_000L, 20_000_000L);
    assertThat(Wire.header(head, "l5d-ctx-deadline")).isNotNull();

    caller.ask(GET);
    assertThat(Wire.header(backend.head(), "grpc-timeout")).isNull(); // nobody asked for it
  }

  @Test
  void aGrpcTimeoutThatIsNoneGoesOnAsItCame() throws Exception {
    var backend = rig.backend("web", OK);

    rig.caller().ask(GET.replace("Host", "grpc-timeout: soon\r\nHost"));

    var head = backend.head();
    assertThat(Wire.header(head, "grpc-timeout")).isEqualTo("soon");
    assertThat(Wire.header(head, "l5d-ctx-deadline")).isNull();
  }

  private void start(@Nullable Duration total, @Nullable Duration attempt, Retryable requests) {
    options.service =
        new ServiceConfig(
            total,
            BudgetConfig.DEFAULT,
            Backoff.immediate(),
            new HttpClassifier(requests, false),
            Duration.ofMillis(100),
            null);
    options.client = Configs.attemptTimeout(Configs.pool(0, 10, 10, null, null, null), attempt);
    restart();
  }

  private void restart() {
    rig.close();
    rig = new Rig(options);
  }

  private static String withDeadline(long timestamp, int millis, long from) {
    long deadline = from + TimeUnit.MILLISECONDS.toNanos(millis);
    return GET.replace("Host", "l5d-ctx-deadline: " + timestamp + " " + deadline + "\r\nHost");
  }

  private static long deadline(String head) {
    return Long.parseLong(String.valueOf(Wire.header(head, "l5d-ctx-deadline")).split(" ", -1)[1]);
  }

  private static TestBackend.Script answering() {
    return wire -> {
      while (wire.request() != null) {
        wire.send(OK);
      }
    };
  }

  /** Reads a request and says nothing, until it is closed. */
  private static TestBackend.Script silent() {
    return wire -> {
      wire.request();
      assertThat(wire.isAtEnd()).isTrue();
    };
  }

  private void await() throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }
}
