package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.Transport;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.condition.EnabledIf;

/** What becomes of callers who come while a listener ends (decision 24). */
@EnabledIf("epoll")
class ListenerEndTest {
  private static final int CALLERS = 16;
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";

  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final AtomicInteger answered = new AtomicInteger();

  static boolean epoll() {
    return Transport.sharesPorts();
  }

  @RepeatedTest(10)
  void whoeverCouldConnectIsAnswered() throws Exception {
    var options = new Rig.Options();
    options.threads = 2;
    try (var rig = new Rig(options)) {
      rig.backend("web", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      var running = new CountDownLatch(CALLERS);
      for (int i = 0; i < CALLERS; i++) {
        Thread.ofVirtual().start(() -> call(rig, running));
      }
      Await.until("answers", () -> answered.get() > 20 * CALLERS);

      var drained = rig.router.drain(Duration.ofSeconds(30)).toCompletableFuture();

      drained.get(30, TimeUnit.SECONDS);
      running.await();
    }
    assertThat(failures).isEmpty();
  }

  /** A connection for each request, until nobody listens. */
  private void call(Rig rig, CountDownLatch running) {
    try {
      while (true) {
        try (var wire = Wire.connect(rig.address)) {
          var answer = wire.ask(GET);
          if (!answer.startsWith("HTTP/1.1 200 ")) {
            failures.add(answer);
          }
          answered.incrementAndGet();
        }
      }
    } catch (ConnectException _) { // nobody listens any more
      assert true;
    } catch (Exception broken) {
      failures.add(broken.toString());
    } finally {
      running.countDown();
    }
  }
}
