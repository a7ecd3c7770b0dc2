package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What it costs to end a window when there are many histograms. */
class WindowCostTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int HISTOGRAMS = 1000;

  /** The memory in which all are merged, one after the other. */
  private static final long ONCE = 64 * 1024;

  /** What walks the tree. */
  private static final long EACH = 256;

  /** Ten numbers. */
  private static final long SUMMARY = 128;

  private final MetricsTree tree = new MetricsTree();

  @Test
  void aWindowInWhichNothingWasRecordedAllocatesNothingForAHistogram() {
    var stats = stats();
    endWindows(stats);

    long before = THREADS.getCurrentThreadAllocatedBytes();
    tree.summariseNow();

    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(ONCE + HISTOGRAMS * EACH);
  }

  @Test
  void aWindowInWhichAllRecordedAllocatesTheirSummaries() {
    var stats = stats();
    endWindows(stats);
    stats.forEach(stat -> stat.add(5));

    long before = THREADS.getCurrentThreadAllocatedBytes();
    tree.summariseNow();

    assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(ONCE + HISTOGRAMS * (EACH + SUMMARY));
    assertThat(tree.snapshot().at("scope7/latency_ms"))
        .extracting(MetricsSnapshot::value)
        .isEqualTo(new MetricsSnapshot.Value.Window(new Summary(1, 5, 5, 5, 5, 5, 5, 5, 5, 5)));
  }

  private List<Metrics.Stat> stats() {
    var all = new ArrayList<Metrics.Stat>();
    for (int i = 0; i < HISTOGRAMS; i++) {
      all.add(tree.scope("scope" + i).stat("latency_ms"));
    }
    return all;
  }

  /** Two of them, so that all is there that is made once. */
  private void endWindows(List<Metrics.Stat> stats) {
    for (int i = 0; i < 2; i++) {
      stats.forEach(stat -> stat.add(5));
      tree.summariseNow();
    }
    tree.summariseNow();
  }
}
