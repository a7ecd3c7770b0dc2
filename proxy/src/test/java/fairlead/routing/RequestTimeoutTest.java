package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.GuardConfig;
import fairlead.wire.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code timeoutMs} of a listener, on the wire ({@code spec/http.md} §2.2, §6.1, §12). */
@Timeout(60)
class RequestTimeoutTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
  private static final String SERVER = "rt/http/server/127.0.0.1/0";

  private final CountDownLatch over = new CountDownLatch(1);
  private final Rig rig = rig(Duration.ofMillis(150));

  private static Rig rig(Duration timeout) {
    var options = new Rig.Options();
    options.guard = new GuardConfig(Patience.DEFAULT, timeout, null, List.of(), false);
    return new Rig(options);
  }

  @AfterEach
  void close() {
    over.countDown();
    rig.close();
  }

  private void await() throws IOException {
    try {
      over.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  @Test
  void aRequestWithoutAnAnswerIsGivenUp() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          assertThat(wire.isAtEnd()).as("the attempt is cancelled").isTrue();
          over.countDown();
        });
    var caller = rig.caller();

    var answer = caller.ask(GET);

    assertThat(answer)
        .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
        .contains("l5d-err: exceeded+150.milliseconds+to+unspecified+while+waiting")
        .doesNotContain("l5d-retryable")
        .endsWith(
            "exceeded 150.milliseconds to unspecified while waiting for a response for an"
                + " individual request, excluding retries. Remote Info: Not Available");
    await();
    rig.awaitQuiet("web");
    assertThat(
            rig.count(SERVER + "/failures/com.twitter.finagle.IndividualRequestTimeoutException"))
        .isEqualTo(1);
    assertThat(rig.count("rt/http/service/svc/web/failures/interrupted")).isEqualTo(1);
    assertThat(rig.count(SERVER + "/status/503")).isEqualTo(1);
  }

  @Test
  void theConnectionServesTheNextRequest() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              String head = wire.request();
              if (head != null && head.startsWith("GET /slow")) {
                await();
              }
              wire.send(OK + "ok");
              await();
            });
    var caller = rig.caller();

    assertThat(caller.ask("GET /slow HTTP/1.1\r\nHost: web\r\n\r\n")).startsWith("HTTP/1.1 503 ");
    assertThat(caller.ask(GET)).endsWith("ok");
    assertThat(backend.head()).contains("l5d-ctx-deadline: ");
  }

  @Test
  void aBodyMayTakeLonger() throws Exception {
    var more = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send(OK + "o");
          try {
            more.await();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          wire.send("k");
          await();
        });
    rig.backend("slow", wire -> await());
    var caller = rig.caller();
    caller.send(GET);
    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n");
    // Another that is given up shows that the time of this one is over too.
    assertThat(rig.caller().ask("GET / HTTP/1.1\r\nHost: slow\r\n\r\n"))
        .startsWith("HTTP/1.1 503 ");

    more.countDown();

    assertThat(caller.read(2)).isEqualTo("ok");
  }

  @Test
  void timeToFindTheNameCountsToo() throws Exception {
    rig.interpreter.name("unknown");
    assertThat(rig.caller().ask("GET / HTTP/1.1\r\nHost: unknown\r\n\r\n"))
        .startsWith("HTTP/1.1 503 ")
        .contains("exceeded+150.milliseconds");
  }
}
