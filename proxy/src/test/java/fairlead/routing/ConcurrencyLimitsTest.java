package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.concurrency.ConcurrencyConfig;
import fairlead.client.ClientConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Endpoints that are at their limits, on real sockets ({@code docs/balancing.md}). */
class ConcurrencyLimitsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String LIMITS = "rt/http/client/#/test/web/adaptive_concurrency/";
  private static final ConcurrencyConfig TWO =
      new ConcurrencyConfig(2, 2, 2, 1.5, Duration.ofMillis(500), Duration.ofMinutes(1));

  private final CountDownLatch answer = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final Rig rig = new Rig(options());

  private static Rig.Options options() {
    var options = new Rig.Options();
    options.client = ClientConfig.DEFAULT.with(TWO);
    return options;
  }

  @AfterEach
  void close() {
    answer.countDown();
    rig.close();
  }

  @Test
  void theExcessIsRefusedAtOnceAndWhatIsInProgressEnds() throws Exception {
    rig.backend("web", this::late);
    var first = asking();
    var second = asking();
    Await.until("two are there", () -> asked.get() == 2);

    var refused = rig.caller().ask(GET);

    assertThat(refused)
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .containsIgnoringCase("\r\nl5d-retryable: true\r\n")
        .containsIgnoringCase("\r\nfinagle-http-nack: true\r\n")
        .containsIgnoringCase("\r\nRetry-After: 0\r\n")
        .containsIgnoringCase("\r\nl5d-err: Request+not+issued")
        .endsWith(
            "Request not issued: all endpoints of #/test/web are at their adaptive concurrency"
                + " limits, 2 requests together");
    assertThat(rig.count(LIMITS + "refused")).isEqualTo(1);
    assertThat(rig.gauge(LIMITS + "concurrency_limit")).isEqualTo(2);
    answer.countDown();
    assertThat(first.response()).startsWith("HTTP/1.1 200");
    assertThat(second.response()).startsWith("HTTP/1.1 200");
    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200");
    rig.awaitQuiet("web");
  }

  @Test
  void theExcessGoesWhereThereIsRoom() throws Exception {
    var full = rig.unbound(this::late);
    var other =
        rig.unbound(
            wire -> {
              while (wire.request() != null) {
                wire.send(OK);
              }
            });
    rig.interpreter.bind("web", full.address(), other.address());
    Await.until("two are there", this::askOneMore);
    Await.until("the rest is answered", () -> isServed(rig));

    for (int i = 0; i < 50; i++) {
      assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 200");
    }

    assertThat(asked).hasValue(2);
  }

  private static boolean isServed(Rig rig) {
    try {
      return rig.caller().ask(GET).startsWith("HTTP/1.1 200");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsKnownOfEachEndpointIsShown() throws Exception {
    rig.backend("web", this::late);
    asking();
    Await.until("one is there", () -> asked.get() == 1);

    var states = rig.router.clientStates().toCompletableFuture().join();

    assertThat(states.values())
        .singleElement()
        .satisfies(
            state ->
                assertThat(state.limits().values())
                    .containsExactly(new ClientState.Limit(2, 1, Duration.ZERO)));
  }

  private boolean askOneMore() {
    try {
      asking();
      return asked.get() == 2;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Wire asking() throws IOException {
    var wire = rig.caller();
    wire.send(GET);
    return wire;
  }

  private void late(Wire wire) throws IOException {
    while (wire.request() != null) {
      asked.incrementAndGet();
      try {
        answer.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      wire.send(OK);
    }
  }
}
