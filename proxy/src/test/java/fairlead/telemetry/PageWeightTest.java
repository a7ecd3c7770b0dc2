package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a scrape takes of the heap when there are many services. */
class PageWeightTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int SERVICES = 2000;
  private static final int COUNTERS = 17;
  private static final int STATS = 3;
  private static final int TRIES = 3;

  /** By how much what a page stands in is larger than the page. */
  private static final double MOST_KEPT = 1.05;

  private final MetricsTree tree = new MetricsTree();

  @Test
  void aPageIsWrittenWhereItStays() {
    String line = "rt:service:requests{rt=\"http\", service=\"svc/web\"} 1234567890\n";
    long before = THREADS.getCurrentThreadAllocatedBytes();
    var page = new PageBytes();
    for (int i = 0; i < 100_000; i++) {
      page.append(line);
    }
    long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;

    assertThat(page.length()).isEqualTo(100_000L * line.length());
    assertThat((double) allocated).isLessThan(MOST_KEPT * page.length());
  }

  /** Most of what is allocated are names and numbers, which are garbage at once. */
  @Test
  void pagesOfManyServicesAllocateLittleAndKeepLess() {
    fill();
    var snapshot = tree.snapshot();

    assertLight(() -> PrometheusPage.render(snapshot, ""), 5);
    assertLight(() -> OpenMetricsPage.render(snapshot, ""), 10);
    assertLight(() -> ConventionalPage.plain(tree, false, ""), 10);
    assertLight(() -> InfluxdbPage.render(snapshot, ""), 30);
  }

  private void fill() {
    var services = tree.scope("rt").scope("http").scope("service");
    for (int i = 0; i < SERVICES; i++) {
      var service = services.scope("svc/s" + i);
      for (int n = 0; n < COUNTERS; n++) {
        service.counter("counter" + n).add(i);
      }
      for (int n = 0; n < STATS; n++) {
        service.stat("stat" + n + "_ms").add(n);
      }
    }
    tree.summariseNow();
  }

  private static void assertLight(Supplier<PageBytes> scrape, double mostPerByte) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      var page = scrape.get();
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      least = Math.min(least, (double) allocated / page.length());
      long kept = page.chunks().stream().map(ByteBuffer::array).mapToLong(a -> a.length).sum();
      assertThat((double) kept).isLessThan(MOST_KEPT * page.length());
    }
    assertThat(least).isLessThan(mostPerByte);
  }
}
