package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One endpoint of ten is slow, on real sockets. */
class SlowEndpointTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final int CALLERS = 60;
  private static final int REQUESTS = 3000;

  private final Rig rig = new Rig();
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();
  private final AtomicInteger stuck = new AtomicInteger();
  private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

  @AfterEach
  void close() {
    over.countDown();
    rig.close();
  }

  /** So slow that it answers nothing before the others have answered all the rest. */
  @Test
  void fault21_oneOfTenSlowIsGivenLessThanOneRequestInAHundred() throws Exception {
    var addresses = new ArrayList<InetSocketAddress>();
    for (int i = 0; i < 9; i++) {
      addresses.add(rig.unbound(SlowEndpointTest::answerAll).address());
    }
    addresses.add(rig.unbound(this::answerInTheEnd).address());
    rig.interpreter.bind("web", addresses.toArray(InetSocketAddress[]::new));

    List<Thread> callers = new ArrayList<>();
    for (int i = 0; i < CALLERS; i++) {
      callers.add(Thread.ofVirtual().start(this::call));
    }
    Await.until(
        "all that can be answered are",
        () -> answered.get() + stuck.get() >= REQUESTS || !failures.isEmpty());
    int slow = stuck.get();
    over.countDown();
    for (var caller : callers) {
      caller.join();
    }

    assertThat(failures).isEmpty();
    assertThat(answered).hasValue(REQUESTS);
    assertThat(slow).as("requests that the slow one was given").isLessThan(REQUESTS / 100);
  }

  private static void answerAll(Wire wire) throws IOException {
    while (wire.request() != null) {
      wire.send(OK);
    }
  }

  private void answerInTheEnd(Wire wire) throws IOException {
    while (wire.request() != null) {
      stuck.incrementAndGet();
      try {
        over.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
      wire.send(OK);
    }
  }

  private void call() {
    try (var wire = Wire.connect(rig.address)) {
      while (asked.getAndIncrement() < REQUESTS) {
        assertThat(wire.ask(GET)).endsWith("ok");
        answered.incrementAndGet();
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }
}
