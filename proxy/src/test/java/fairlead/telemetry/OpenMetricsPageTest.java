package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OpenMetricsPageTest {
  private final MetricsTree tree = new MetricsTree();

  @Test
  void theNamesAreThoseOfThePlainPage() {
    var rt = tree.scope("rt");
    rt.scope("http").scope("server").scope("127.0.0.1/4140").counter("requests").add(3);
    rt.scope("grpc").scope("server").scope("127.0.0.1/4142").counter("requests").add(4);
    rt.scope("http").scope("client").scope("#/bar").scope("loadbalancer").gauge("size", () -> 3);

    assertThat(page())
        .isEqualTo(
            """
            # HELP rt:client:loadbalancer:size Members of the set
            # TYPE rt:client:loadbalancer:size gauge
            rt:client:loadbalancer:size{rt="http",client="#/bar"} 3.0
            # HELP rt:server:requests Requests
            # TYPE rt:server:requests unknown
            rt:server:requests{rt="grpc",server="127.0.0.1/4142"} 4
            rt:server:requests{rt="http",server="127.0.0.1/4140"} 3
            # EOF
            """);
    assertThat(OpenMetricsText.check(page())).hasSize(3);
  }

  @Test
  void aHistogramIsItsLastWindow() {
    var service = tree.scope("rt").scope("http").scope("service").scope("svc/web");
    service.stat("request_latency_ms").add(2);
    service.stat("request_latency_ms").add(3);
    service.stat("never_ms");
    tree.summariseNow();

    var values = OpenMetricsText.check(page());

    String labels = "rt=\"http\",service=\"svc/web\"";
    assertThat(values)
        .containsAllEntriesOf(
            Map.of(
                "rt:service:request_latency_ms_count{" + labels + "}", 2.0,
                "rt:service:request_latency_ms_sum{" + labels + "}", 5.0,
                "rt:service:request_latency_ms_avg{" + labels + "}", 2.5,
                "rt:service:request_latency_ms{" + labels + ",quantile=\"0.5\"}", 2.0,
                "rt:service:request_latency_ms{" + labels + ",quantile=\"1\"}", 3.0))
        .hasSize(11);
  }

  @Test
  void threat52_hostileNamesKeepToTheGrammar() {
    var services = tree.scope("rt").scope("http").scope("service");
    services.scope("svc/a\"} 1\nevil{b=\"\\").counter("requests").increment();
    services.scope("svc/ü").counter("9 lives {}").increment();
    tree.counter("9").increment();
    tree.counter("").increment();

    assertThat(OpenMetricsText.check(page()))
        .containsKeys("rt:service:requests{rt=\"http\",service=\"svc/a\\\"} 1\\nevil{b=\\\"\\\\\"}")
        .hasSize(4);
  }

  @Test
  void namesThatLookAlikeOnceCleanedAreOneSeries() {
    tree.scope("a.b").counter("c").add(1);
    tree.scope("a-b").counter("c").add(2);
    tree.scope("a_b").gauge("c", () -> 3);

    assertThat(OpenMetricsText.check(page())).containsExactly(Map.entry("a_b:c", 2.0));
  }

  @Test
  void whatHelpSaysTellsTheUnitThatTheNameDoesNot() {
    tree.scope("rt").scope("a").scope("server").scope("b").stat("connection_duration").add(7);
    tree.summariseNow();

    assertThat(page())
        .contains(
            "# HELP rt:server:connection_duration_sum Time that a connection was open, in"
                + " milliseconds: sum of the last window\n# TYPE");
  }

  @Test
  void anEmptyPageIsOne() {
    assertThat(page()).isEqualTo("# EOF\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a 1\n# EOF\n",
        "# TYPE a gauge\na 1\n",
        "# TYPE a gauge\na 1\na 2\n# EOF\n",
        "# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n",
        "# TYPE a gauge\na{b=\"\n\"} 1\n# EOF\n",
        "# TYPE a gauge\na{b=\"1\", c=\"2\"} 1\n# EOF\n",
        "# TYPE a counter\na 1\n# EOF\n",
        "# TYPE a gauge\na_count 1\n# EOF\n",
        "# TYPE a gauge\na 1\n# HELP a b\n# EOF\n",
        "# HELP a b\n# HELP a b\n# TYPE a gauge\na 1\n# EOF\n",
        "# HELP a \\b\n# TYPE a gauge\na 1\n# EOF\n",
        "# TYPE a gauge\n# UNIT a seconds\na 1\n# EOF\n",
      })
  void theCheckerSeesFaults(String broken) {
    assertThatThrownBy(() -> OpenMetricsText.check(broken)).isInstanceOf(AssertionError.class);
  }

  /** The first is what Prometheus sends since 2.5, the last but one what it sent before. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1 | true
          application/openmetrics-text; version=0.0.1                           | true
          text/plain, Application/OpenMetrics-Text; q=1.0                        | true
          application/openmetrics-text;version=2.0.0                             | false
          application/openmetrics-text;q=0                                       | false
          application/openmetrics-text;q=0.3,text/plain                          | false
          application/openmetrics-text;q=x                                       | false
          text/plain;version=0.0.4;q=1,*/*;q=0.1                                 | false
          */*                                                                    | false
          ''                                                                     | false
          """)
  void theCallerChoosesTheForm(String accept, boolean open) {
    assertThat(PrometheusPage.wantsOpenMetrics(accept)).isEqualTo(open);
  }

  private String page() {
    return OpenMetricsPage.of(tree, false, "").whole().toString();
  }
}
