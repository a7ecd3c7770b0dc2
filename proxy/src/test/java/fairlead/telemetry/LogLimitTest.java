package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogLimitTest {
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final LogLimit limit = new LogLimit();

  /** A clock of nanoseconds may begin anywhere, and go over. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000, Long.MAX_VALUE})
  void aLineIsLetThroughOnceAMinute(long start) {
    assertThat(limit.permits(start)).as("the first").isTrue();
    assertThat(limit.permits(start)).as("at once").isFalse();
    assertThat(limit.permits(start + MINUTE - 1)).as("nearly a minute later").isFalse();
    assertThat(limit.permits(start + MINUTE)).as("a minute later").isTrue();
    assertThat(limit.permits(start + 2 * MINUTE - 1)).as("the minute begins anew").isFalse();
    assertThat(limit.permits(start + 2 * MINUTE)).isTrue();
  }

  @Test
  void linesThatAreKeptBackDoNotMakeItLonger() {
    assertThat(limit.permits(0)).isTrue();
    for (long now = 0; now < MINUTE; now += MINUTE / 10) {
      assertThat(limit.permits(now)).isFalse();
    }

    assertThat(limit.permits(MINUTE)).isTrue();
  }

  @Test
  void ofManyThreadsAtOnceOneIsLetThrough() throws InterruptedException, ExecutionException {
    int threads = 8;
    try (var executor = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 200; round++) {
        long now = round * MINUTE;
        var ready = new CountDownLatch(threads);
        var asked = new ArrayList<Future<Boolean>>();
        for (int i = 0; i < threads; i++) {
          asked.add(
              executor.submit(
                  () -> {
                    ready.countDown();
                    ready.await();
                    return limit.permits(now);
                  }));
        }

        int permitted = 0;
        for (var answer : asked) {
          permitted += answer.get() ? 1 : 0;
        }
        assertThat(permitted).isOne();
      }
    }
  }
}
