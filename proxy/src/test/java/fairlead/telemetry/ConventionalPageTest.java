package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of {@code docs/metrics.md}. */
class ConventionalPageTest {
  private static final String LABELS = "rt=\"http\",service=\"svc/web\"";

  private final MetricsTree tree = new MetricsTree();

  @Test
  void aPageHasCountersGaugesAndSummaries() {
    var service = tree.scope("rt").scope("http").scope("service").scope("svc/web");
    service.counter("requests").add(3);
    service.gauge("pending", () -> 2.5);
    service.stat("request_latency_ms").add(1500);
    tree.summariseNow();

    assertThat(plain(""))
        .isEqualTo(
            """
            # HELP fairlead_rt_service_pending Requests or streams in progress
            # TYPE fairlead_rt_service_pending gauge
            fairlead_rt_service_pending{rt="http",service="svc/web"} 2.5
            # HELP fairlead_rt_service_request_latency_seconds Time from the request to the head of its answer
            # TYPE fairlead_rt_service_request_latency_seconds summary
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.0"} 1.5
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.5"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.9"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.95"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.99"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.999"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="0.9999"} 1.499
            fairlead_rt_service_request_latency_seconds{rt="http",service="svc/web",quantile="1.0"} 1.5
            fairlead_rt_service_request_latency_seconds_sum{rt="http",service="svc/web"} 1.5
            fairlead_rt_service_request_latency_seconds_count{rt="http",service="svc/web"} 1
            # HELP fairlead_rt_service_requests_total Requests
            # TYPE fairlead_rt_service_requests_total counter
            fairlead_rt_service_requests_total{rt="http",service="svc/web"} 3
            """);
  }

  @Test
  void largeNumbersKeepTheirDigits() {
    tree.counter("many").add(Long.MAX_VALUE - 6);
    tree.counter("sent_bytes").add((1L << 53) + 1);
    tree.gauge("far", () -> 1e20);

    assertThat(plain(""))
        .contains("\nfairlead_many_total 9223372036854775801\n")
        .contains("\nfairlead_sent_bytes_total 9007199254740993\n")
        .contains("\nfairlead_far 1.0E20\n");
  }

  @Test
  void openMetricsNamesCountersWithoutTheirSuffixAndTellsUnits() {
    var server = tree.scope("rt").scope("http").scope("server").scope("127.0.0.1/4140");
    server.counter("sent_bytes").add(3);
    server.gauge("connections", () -> 3);

    String page = open("");

    assertThat(page)
        .isEqualTo(
            """
            # HELP fairlead_rt_server_connections Open connections
            # TYPE fairlead_rt_server_connections gauge
            fairlead_rt_server_connections{rt="http",server="127.0.0.1/4140"} 3
            # HELP fairlead_rt_server_sent_bytes Bytes sent
            # TYPE fairlead_rt_server_sent_bytes counter
            # UNIT fairlead_rt_server_sent_bytes bytes
            fairlead_rt_server_sent_bytes_total{rt="http",server="127.0.0.1/4140"} 3
            # EOF
            """);
    assertThat(OpenMetricsText.check(page)).hasSize(2);
  }

  /** The tree's path, c, g or s; the first series of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          rt a server b socket_writable_ms       |c| rt_server_socket_writable_seconds_total{rt="a",server="b"} 0.007
          rt a client b failure_detector ping_latency_us |s| rt_client_failure_detector_ping_latency_seconds_sum{rt="a",client="b"} 7.0E-6
          rt a client b connection_duration      |s| rt_client_connection_duration_seconds_sum{rt="a",client="b"} 0.007
          rt a server b time 2XX                 |s| rt_server_time_by_class_seconds_sum{rt="a",server="b",class="2XX"} 0.007
          rt a server b status 200               |c| rt_server_status_total{rt="a",server="b",status="200"} 7
          rt a server b status 2XX               |c| rt_server_status_by_class_total{rt="a",server="b",class="2XX"} 7
          rt a server b status error             |c| rt_server_status_by_class_total{rt="a",server="b",class="error"} 7
          rt a service b retries total           |c| rt_service_retries_total{rt="a",service="b"} 7
          rt a service b failures                |c| rt_service_failures_total{rt="a",service="b"} 7
          rt a service b failures x.Y            |c| rt_service_failures_by_exception_total{rt="a",service="b",exception="x.Y"} 7
          rt a service b failures x.Y z          |c| rt_service_failures_by_exception_total{rt="a",service="b",exception="x.Y:z"} 7
          rt a client b service c failures x.Y   |c| rt_client_service_failures_by_exception_total{rt="a",client="b",service="c",exception="x.Y"} 7
          rt a server b exn x.Y                  |c| rt_server_exceptions_total{rt="a",server="b",exception="x.Y"} 7
          rt a client b stream local data bytes  |s| rt_client_stream_local_data_bytes_sum{rt="a",client="b"} 7
          rt a client b stream local reset       |c| rt_client_stream_local_reset_total{rt="a",client="b"} 7
          rt a client b stream local reset cancel|c| rt_client_stream_local_reset_by_code_total{rt="a",client="b",code="cancel"} 7
          rt a client b loadbalancer algorithm p2c |g| rt_client_loadbalancer_algorithm{rt="a",client="b",algorithm="p2c"} 7
          rt a service failures requests         |c| rt_service_requests_total{rt="a",service="failures"} 7
          namer #/x service errors               |c| namer_service_errors_total{namer="#/x"} 7
          namer #/x service errors timeout       |c| namer_service_errors_by_kind_total{namer="#/x",kind="timeout"} 7
          telemeter io.l5d.otlp exports          |c| telemeter_exports_total{telemeter="io.l5d.otlp"} 7
          jvm mem postGC G1_Old_Gen used         |g| jvm_mem_post_gc_g1_old_gen_used_bytes 7
          jvm mem allocations eden bytes         |g| jvm_mem_allocations_eden_bytes_total 7
          jvm gc msec                            |g| jvm_gc_seconds_total 0.007
          jvm classes total_loaded               |g| jvm_classes_loaded_total 7
          jvm compilation time_msec              |g| jvm_compilation_time_seconds_total 0.007
          jvm thread count                       |g| jvm_thread_number 7
          jvm uptime                             |g| jvm_uptime_seconds 0.007
          jvm heap used                          |g| jvm_heap_used_bytes 7
          """)
  void aNameOfTheTreeBecomes(String path, char kind, String line) {
    String[] names = path.strip().split(" ", -1);
    Metrics at = tree;
    for (int i = 0; i < names.length - 1; i++) {
      at = at.scope(names[i]);
    }
    String name = names[names.length - 1];
    switch (kind) {
      case 'c' -> at.counter(name).add(7);
      case 'g' -> at.gauge(name, () -> 7);
      default -> at.stat(name).add(7);
    }

    assertThat(plain("")).contains("\nfairlead_" + line + "\n");
    assertThat(OpenMetricsText.check(open(""))).isNotEmpty();
  }

  @Test
  void countAndSumAreOfAllThatWasRecordedAndQuantilesOfTheLastWindow() {
    var latency = tree.scope("rt").scope("http").scope("service").scope("svc/web").stat("x_ms");
    String name = "fairlead_rt_service_x_seconds";
    assertThat(values()).isEqualTo(Map.of(sum(name), 0.0, count(name), 0.0));

    latency.add(1000);
    assertThat(values()).isEqualTo(Map.of(sum(name), 1.0, count(name), 1.0));
    tree.summariseNow();
    latency.add(3000);
    assertThat(values())
        .containsAllEntriesOf(Map.of(sum(name), 4.0, count(name), 2.0))
        .containsEntry(name + "{" + LABELS + ",quantile=\"1.0\"}", 1.0)
        .hasSize(10);
    tree.summariseNow();
    assertThat(values())
        .containsAllEntriesOf(Map.of(sum(name), 4.0, count(name), 2.0))
        .containsEntry(name + "{" + LABELS + ",quantile=\"0.0\"}", 3.0);
    tree.summariseNow();
    assertThat(values()).isEqualTo(Map.of(sum(name), 4.0, count(name), 2.0));
  }

  @Test
  void aPrefixStandsInPlaceOfOurs() {
    tree.scope("foo").counter("bar").increment();

    assertThat(plain("myProxy.")).contains("\nmy_proxy_foo_bar_total 1\n");
  }

  @Test
  void namesThatLookAlikeAreOneSeriesOfOneKind() {
    tree.scope("a.b").counter("c").add(1);
    tree.scope("a-b").counter("c").add(2);
    tree.scope("a_b").gauge("c", () -> 3);
    tree.scope("aB").stat("c").add(4);

    assertThat(values()).isEqualTo(Map.of("fairlead_a_b_c_total", 2.0));
  }

  @Test
  void threat52_hostileNamesKeepToTheGrammar() {
    var services = tree.scope("rt").scope("http").scope("service");
    services.scope("svc/a\"} 1\nevil{b=\"\\").counter("requests").increment();
    services.scope("svc/ü").counter("9 lives {}").increment();
    services.scope("svc/ü").scope("failures").counter("a\"\n\\").increment();
    tree.counter("9\n# EOF").increment();
    tree.counter("").increment();

    assertThat(values())
        .containsKey(
            "fairlead_rt_service_requests_total"
                + "{rt=\"http\",service=\"svc/a\\\"} 1\\nevil{b=\\\"\\\\\"}")
        .hasSize(5);
    assertThat(OpenMetricsText.check(open("9"))).hasSize(5);
  }

  @Test
  void endpointsAreThereForWhoAsks() {
    var client = tree.scope("rt").scope("http").scope("client").scope("#/a");
    client
        .scope("loadbalancer")
        .details("endpoint", () -> Map.of("10.0.0.1:80", Map.of("load", 2.0)));

    assertThat(values()).isEmpty();
    assertThat(ConventionalPage.plain(tree, true, "").whole().toString())
        .contains(
            "fairlead_rt_client_loadbalancer_endpoint_load"
                + "{rt=\"http\",client=\"#/a\",endpoint=\"10.0.0.1:80\"} 2\n");
  }

  private static String sum(String name) {
    return name + "_sum{" + LABELS + "}";
  }

  private static String count(String name) {
    return name + "_count{" + LABELS + "}";
  }

  private String plain(String prefix) {
    return ConventionalPage.plain(tree, false, prefix).whole().toString();
  }

  private String open(String prefix) {
    return ConventionalPage.open(tree, false, prefix).whole().toString();
  }

  private Map<String, Double> values() {
    return OpenMetricsText.check(open(""));
  }
}
