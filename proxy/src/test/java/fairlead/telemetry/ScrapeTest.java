package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** What looking costs when there is much to see. */
class ScrapeTest {
  private static final int ENDPOINTS = 1000;
  private static final long MOST_NANOS = 50_000_000;
  private static final int TRIES = 40;
  private static final int SERVICES = 100;
  private static final int CLASSES = 5;
  private static final int QUANTILES = 8;

  private final MetricsTree tree = new MetricsTree();

  @Test
  void aThousandEndpointsTakeLessThanFiftyMilliseconds() {
    var client = tree.scope("rt").scope("http").scope("client").scope("#/io.l5d.consul/dc1/web");
    client.scope("loadbalancer").details("endpoint", ScrapeTest::rows);

    assertThat(tree.snapshot().children()).isEmpty();
    assertThat(OpenMetricsText.check(OpenMetricsPage.of(tree, true, "").whole().toString()))
        .hasSize(4 * ENDPOINTS)
        .containsKey(
            "rt:client:loadbalancer:endpoint:load{rt=\"http\",client=\"#/io.l5d.consul/dc1/web\""
                + ",endpoint=\"10.0.0.7:8080\"}");
    assertThat(least(() -> PrometheusPage.of(tree, true, "").whole())).isLessThan(MOST_NANOS);
    assertThat(least(() -> OpenMetricsPage.of(tree, true, "").whole())).isLessThan(MOST_NANOS);
    assertThat(least(() -> InfluxdbPage.of(tree, true, "").whole())).isLessThan(MOST_NANOS);
  }

  @Test
  void soDoTheyUnderConventionalNamesWithAllThatClientsCount() {
    var http = tree.scope("rt").scope("http");
    var client = http.scope("client").scope("#/io.l5d.consul/dc1/web");
    client.scope("loadbalancer").details("endpoint", ScrapeTest::rows);
    for (int i = 0; i < SERVICES; i++) {
      fill(http.scope("service").scope("svc/s" + i));
    }
    tree.summariseNow();

    assertThat(OpenMetricsText.check(ConventionalPage.open(tree, true, "").whole().toString()))
        .hasSize(4 * ENDPOINTS + (2 + CLASSES + 2 + QUANTILES) * SERVICES)
        .containsKey(
            "fairlead_rt_client_loadbalancer_endpoint_load{rt=\"http\""
                + ",client=\"#/io.l5d.consul/dc1/web\",endpoint=\"10.0.0.7:8080\"}");
    assertThat(least(() -> ConventionalPage.plain(tree, true, "").whole())).isLessThan(MOST_NANOS);
    assertThat(least(() -> ConventionalPage.open(tree, true, "").whole())).isLessThan(MOST_NANOS);
  }

  private static void fill(Metrics service) {
    service.counter("requests").add(7);
    service.counter("success").add(7);
    for (int status = 1; status <= CLASSES; status++) {
      service.scope("status").counter(status + "XX").increment();
    }
    service.stat("request_latency_ms").add(5);
  }

  private static Map<String, Map<String, Double>> rows() {
    var all = new HashMap<String, Map<String, Double>>();
    for (int i = 0; i < ENDPOINTS; i++) {
      all.put(
          "10.0." + i / 250 + "." + i % 250 + ":8080",
          Map.of("load", 1.5, "pending", 2.0, "weight", 1.0, "available", 1.0));
    }
    return all;
  }

  /** The least CPU time of some tries: what others do on this machine does not count. */
  private static long least(Supplier<PageBytes> scrape) {
    var threads = ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < TRIES; i++) {
      long start = threads.getCurrentThreadCpuTime();
      var page = scrape.get();
      least = Math.min(least, threads.getCurrentThreadCpuTime() - start);
      assertThat(page.toString()).contains("10.0.0.7:8080");
    }
    return least;
  }
}
