package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import fairlead.activity.Watch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What one more service costs: there may be ten thousand. */
class MetricsWeightTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static final int SERVICES = 200;

  /**
   * Measured: 17,200 to 18,900 with headers of 12 bytes, and much of that is garbage, such as
   * arrays that were replaced. With compact headers 9,800 stay.
   */
  private static final long MOST_BYTES = 24_000;

  private static final int INNER = 16;
  private static final int COUNTERS = 49;
  private static final int COUNTED = 18;
  private static final int GAUGES = 22;
  private static final int STATS = 17;
  private static final int RECORDED = 9;

  /** Of what a request took, and of what it carried. */
  private static final int LATENCIES = 6;

  private static final List<String> SCOPE_NAMES = names("scope", INNER);
  private static final List<String> COUNTER_NAMES = names("counter", COUNTERS);
  private static final List<String> GAUGE_NAMES = names("gauge", GAUGES);
  private static final List<String> STAT_NAMES = names("stat", STATS);

  private final MetricsTree tree = new MetricsTree();
  private final LoopAdder pending = new LoopAdder();
  private final List<Watch> gauges = new ArrayList<>(2 * SERVICES * GAUGES);

  @Test
  void aServiceInUseAllocatesTwentyFourKilobytesForItsMetricsAtMost() throws Exception {
    var services = tree.scope("rt").scope("http").scope("service");
    addTo(services, "warm"); // what is made once

    long bytes = addTo(services, "svc/s");

    assertThat(bytes / SERVICES).isLessThan(MOST_BYTES);
  }

  /** The bytes that a loop allocates until these services are there, in use and summarised. */
  private long addTo(Metrics services, String prefix) throws Exception {
    var names = names(prefix, SERVICES);
    var task =
        new FutureTask<>(
            () -> {
              long before = THREADS.getCurrentThreadAllocatedBytes();
              names.forEach(name -> use(services.scope(name)));
              tree.summariseNow();
              return THREADS.getCurrentThreadAllocatedBytes() - before;
            });
    LoopThread.factory("weighing").newThread(task).start();
    return task.get();
  }

  /** About what a service, its client and both together have. */
  private void use(Metrics service) {
    var scopes = new Metrics[INNER];
    for (int i = 0; i < INNER; i++) {
      scopes[i] = (i < INNER / 2 ? service : scopes[i / 4]).scope(SCOPE_NAMES.get(i));
    }
    for (int i = 0; i < COUNTERS; i++) {
      var counter = scopes[place(i)].counter(COUNTER_NAMES.get(i));
      if (i < COUNTED) {
        counter.increment();
      }
    }
    for (int i = 0; i < GAUGES; i++) {
      gauges.add(scopes[place(i)].gauge(GAUGE_NAMES.get(i), pending::sum));
    }
    for (int i = 0; i < STATS; i++) {
      var stat = scopes[place(i)].stat(STAT_NAMES.get(i));
      if (i < RECORDED) {
        stat.add(i < LATENCIES ? i % 4 : 1024);
      }
    }
  }

  /** A third stands in one scope, as with the client. */
  private static int place(int number) {
    return number % 3 == 0 ? 0 : number % INNER;
  }

  private static List<String> names(String kind, int count) {
    return IntStream.range(0, count).mapToObj(i -> kind + i).toList();
  }
}
