package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What a scrape takes of the heap when there are many services. */
class PageWeightTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int SERVICES = 5000;
  private static final int COUNTERS = 17;
  private static final int STATS = 3;
  private static final int TRIES = 3;

  /** How much of a page there may be at any time; other threads of this process come on top. */
  private static final double MOST_AT_ONCE = 0.12;

  /** The same of pages that note nothing before, where nothing comes on top. */
  private static final double MOST_WALKED = 0.05;

  /** How often the heap is measured while a page is made. */
  private static final int LOOKS = 3;

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
  void pagesOfManyServicesAllocateLittle() {
    fill();

    assertLight(() -> PrometheusPage.of(tree, false, ""), 5);
    assertLight(() -> OpenMetricsPage.of(tree, false, ""), 10);
    assertLight(() -> ConventionalPage.plain(tree, false, ""), 10);
    assertLight(() -> InfluxdbPage.of(tree, false, ""), 30);
    assertLight(() -> json(false), 10);
    assertLight(() -> json(true), 10);
  }

  @Test
  void fault26_aPageIsNeverThereAsAWhole() {
    fill();

    assertLittleAtOnce(MOST_WALKED, () -> PrometheusPage.of(tree, false, ""));
    assertLittleAtOnce(MOST_WALKED, () -> InfluxdbPage.of(tree, false, ""));
    assertLittleAtOnce(MOST_WALKED, () -> json(false));
    assertLittleAtOnce(MOST_WALKED, () -> json(true));
    assertLittleAtOnce(MOST_AT_ONCE, () -> OpenMetricsPage.of(tree, false, ""));
    assertLittleAtOnce(MOST_AT_ONCE, () -> ConventionalPage.plain(tree, false, ""));
  }

  private static void assertLittleAtOnce(double mostUndisturbed, Supplier<PagePieces> scrape) {
    double[] shares = keptAtMost(scrape);
    assertThat(shares[0]).as("of the least disturbed try").isLessThan(mostUndisturbed);
    assertThat(shares[TRIES / 2]).as("of most tries").isLessThan(MOST_AT_ONCE);
  }

  private PagePieces json(boolean nested) {
    var page = nested ? JsonPage.tree(tree, false, "") : JsonPage.flat(tree, false, "", false);
    return Objects.requireNonNull(page);
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

  private static void assertLight(Supplier<PagePieces> scrape, double mostPerByte) {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      var page = scrape.get();
      long bytes = 0;
      while (!page.isOver()) {
        var piece = page.next();
        bytes += piece.length();
        long kept = piece.chunks().stream().map(ByteBuffer::array).mapToLong(a -> a.length).sum();
        assertThat(kept).isLessThan(PagePieces.SIZE + 2 * PageBytes.MOST_CHUNK);
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      least = Math.min(least, (double) allocated / bytes);
    }
    assertThat(least).isLessThan(mostPerByte);
  }

  /**
   * The most of the heap that is in use at any time while a page is made and each piece is dropped,
   * for each byte of the page: of each try, ascending, as what else is in this process may come or
   * go.
   */
  private static double[] keptAtMost(Supplier<PagePieces> scrape) {
    double[] shares = new double[TRIES];
    for (int i = 0; i < TRIES; i++) {
      long bytes = scrape.get().whole().length();
      long before = live();
      var page = scrape.get();
      long most = live();
      for (int pieces = 0; !page.isOver(); pieces++) {
        assertThat(page.next().length()).isPositive();
        if (pieces % (bytes / PagePieces.SIZE / LOOKS + 1) == 0) {
          most = Math.max(most, live());
        }
      }
      shares[i] = (double) (most - before) / bytes;
    }
    Arrays.sort(shares);
    return shares;
  }

  /** The least of some looks, as other threads may make garbage behind a collection. */
  private static long live() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      System.gc();
      least =
          Math.min(least, Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
    }
    return least;
  }
}
