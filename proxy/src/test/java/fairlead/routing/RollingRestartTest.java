package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.accrual.Backoff;
import fairlead.client.ClientConfig;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three backends are deployed one after the other while callers ask. */
class RollingRestartTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final int CALLERS = 8;
  private static final int ROUNDS = 3;

  private final Rig rig = new Rig(options());
  private final List<GracefulBackend> backends =
      List.of(new GracefulBackend(), new GracefulBackend(), new GracefulBackend());
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();
  private final LongAdder answers = new LongAdder();
  private final AtomicBoolean over = new AtomicBoolean();

  private static Rig.Options options() {
    var options = new Rig.Options();
    options.threads = 2;
    options.client =
        ClientConfig.DEFAULT.with(
            new AccrualConfig.ConsecutiveFailures(5, new Backoff.Constant(Duration.ofMillis(50))),
            false);
    return options;
  }

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void noRequestFails() throws Exception {
    backends.forEach(rig::closing);
    rig.interpreter.bind(
        "web", backends.stream().map(GracefulBackend::address).toArray(InetSocketAddress[]::new));
    var running = new CountDownLatch(CALLERS);
    for (int i = 0; i < CALLERS; i++) {
      Thread.ofVirtual().start(() -> call(running));
    }
    awaitAnswers(500);

    for (int round = 0; round < ROUNDS; round++) {
      for (var backend : backends) {
        restart(backend);
      }
    }
    over.set(true);
    running.await();

    assertThat(failures).isEmpty();
    assertThat(rig.gauge(CLIENT + "loadbalancer/available")).isEqualTo(backends.size());
    assertThat(rig.count("rt/http/server/127.0.0.1/0/failures")).isZero();
  }

  private void restart(GracefulBackend backend) throws Exception {
    long removals = rig.count(CLIENT + "failure_accrual/removals");
    backend.stop();
    Await.until("it is out", () -> rig.count(CLIENT + "failure_accrual/removals") > removals);
    awaitAnswers(200);
    backend.start();
    Await.until("it is back", () -> rig.gauge(CLIENT + "loadbalancer/available") == 3);
    awaitAnswers(200);
  }

  private void awaitAnswers(int more) {
    long before = answers.sum();
    Await.until(more + " more answers", () -> answers.sum() >= before + more);
  }

  private void call(CountDownLatch running) {
    try (var wire = Wire.connect(rig.address)) {
      while (!over.get()) {
        var answer = wire.ask(GET);
        if (!answer.startsWith("HTTP/1.1 200 ")) {
          failures.add(answer);
        }
        answers.increment();
      }
    } catch (Exception broken) {
      failures.add(broken.toString());
    } finally {
      running.countDown();
    }
  }
}
