package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Callers that end their side of the connection ({@code spec/http.md} §7.11). */
class HalfCloseTest {
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVICE = "rt/http/service/svc/web/";

  private final Rig rig = new Rig();
  private final AtomicInteger asked = new AtomicInteger();
  private final CountDownLatch answer = new CountDownLatch(1);

  @AfterEach
  void close() {
    answer.countDown();
    rig.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.0\r\nHost: web\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: web\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
      })
  void whoSaysThatItIsTheLastRequestReadsTheAnswerAfterItsFin(String request) throws Exception {
    rig.backend("web", this::late);
    var caller = rig.caller();
    caller.send(request);
    caller.socket.shutdownOutput();
    Await.until("it is there", () -> asked.get() == 1);

    answer.countDown();

    assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
    assertThat(caller.isAtEnd()).isTrue();
    rig.awaitQuiet("web");
    assertThat(rig.count(SERVICE + "failures/interrupted")).isZero();
  }

  @Test
  void aFinThatComesLaterIsBorneToo() throws Exception {
    rig.backend("web", this::late);
    var caller = rig.caller();
    caller.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    Await.until("it is there", () -> asked.get() == 1);
    caller.socket.shutdownOutput();

    answer.countDown();

    assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("ok");
    assertThat(caller.isAtEnd()).isTrue();
  }

  @Test
  void whoSaysNothingHasLeft() throws Exception {
    rig.backend("web", this::late);
    var caller = rig.caller();
    caller.send("GET / HTTP/1.1\r\nHost: web\r\n\r\n");
    Await.until("it is there", () -> asked.get() == 1);

    caller.socket.shutdownOutput();

    Await.until("it is counted", () -> rig.count(SERVICE + "failures/interrupted") == 1);
    assertThat(caller.isAtEnd()).isTrue();
  }

  @Test
  void whoLeavesAmidstABodyHasLeft() throws Exception {
    rig.backend("web", this::late);
    var caller = rig.caller();
    caller.send(
        "POST / HTTP/1.1\r\nHost: web\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc");
    Await.until("it is under way", () -> rig.gauge(SERVICE + "pending") == 1);

    caller.socket.shutdownOutput();

    Await.until("it is counted", () -> rig.count(SERVICE + "failures/interrupted") == 1);
    assertThat(caller.isAtEnd()).isTrue();
  }

  @Test
  void whoIsGoneIsFoundOutByTheAnswer() throws Exception {
    rig.backend("web", this::late);
    var caller = rig.caller();
    caller.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: close\r\n\r\n");
    Await.until("it is there", () -> asked.get() == 1);

    caller.close();
    answer.countDown();

    rig.awaitQuiet("web");
    Await.until("it is closed", () -> rig.gauge("rt/http/server/127.0.0.1/0/connections") == 0);
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
