package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

/** The table of {@code spec/telemetry.md} §4. */
class PrometheusPageTest {
  private final MetricsTree tree = new MetricsTree();

  @Test
  void serversServicesAndClientsBecomeLabels() {
    var rt = tree.scope("rt");
    rt.scope("http").scope("server").scope("127.0.0.1/4140").counter("requests").increment();
    var incoming = rt.scope("incoming");
    incoming.scope("service").scope("svc/foo").counter("requests").increment();
    var client = incoming.scope("client").scope("#/bar");
    client.scope("service").scope("svc/foo").counter("requests").increment();
    client.scope("loadbalancer").gauge("size", () -> 3);
    incoming.scope("bindcache").scope("path").counter("misses").add(4);

    assertThat(page(""))
        .contains(
            "rt:server:requests{rt=\"http\", server=\"127.0.0.1/4140\"} 1\n",
            "rt:service:requests{rt=\"incoming\", service=\"svc/foo\"} 1\n",
            "rt:client:service:requests{rt=\"incoming\", client=\"#/bar\", service=\"svc/foo\"}"
                + " 1\n",
            "rt:client:loadbalancer:size{rt=\"incoming\", client=\"#/bar\"} 3.0\n",
            "rt:bindcache:path:misses{rt=\"incoming\"} 4\n");
  }

  @Test
  void failuresAndExceptionsBecomeLabels() {
    var in = tree.scope("rt").scope("in");
    var failures = in.scope("client").scope("#/foo").scope("failures");
    failures.counter("bar").add(2);
    failures.scope("bar").counter("qux").increment();
    in.scope("server").scope("0.0.0.0/4141").scope("exn").counter("thud").increment();
    tree.scope("rt").scope("foo").scope("x").scope("bar").scope("exception").counter("quux").add(1);

    assertThat(page(""))
        .contains(
            "rt:client:failures{rt=\"in\", client=\"#/foo\", exception=\"bar\"} 2\n",
            "rt:client:failures{rt=\"in\", client=\"#/foo\", exception=\"bar:qux\"} 1\n",
            "rt:server:exceptions{rt=\"in\", server=\"0.0.0.0/4141\", exception=\"thud\"} 1\n",
            "rt:x:bar:exception:quux{rt=\"foo\"} 1\n");
  }

  @Test
  void failuresOfOneServiceOfAClientStayInTheName() {
    var client = tree.scope("rt").scope("in").scope("client").scope("#/foo");
    client.scope("service").scope("svc/a").scope("failures").counter("a.B").increment();

    assertThat(page(""))
        .isEqualTo(
            "rt:client:service:failures:a_B{rt=\"in\", client=\"#/foo\", service=\"svc/a\"} 1\n");
  }

  @Test
  void thePrefixIsCleanedLikeTheName() {
    tree.scope("foo").scope("bar").counter("bas").increment();

    assertThat(page("linkerd.")).isEqualTo("linkerd_foo:bar:bas 1\n");
  }

  @Test
  void statsHaveQuantilesLastAndNothingWhenTheWindowWasEmpty() {
    var web = tree.scope("rt").scope("http").scope("service").scope("svc/web");
    web.stat("request_latency_ms").add(2);
    web.stat("request_latency_ms").add(3);
    web.stat("idle_ms");
    tree.summariseNow();

    assertThat(page(""))
        .startsWith(
            """
            rt:service:request_latency_ms_count{rt="http", service="svc/web"} 2
            rt:service:request_latency_ms_sum{rt="http", service="svc/web"} 5
            rt:service:request_latency_ms_avg{rt="http", service="svc/web"} 2.5
            rt:service:request_latency_ms{rt="http", service="svc/web", quantile="0"} 2
            rt:service:request_latency_ms{rt="http", service="svc/web", quantile="0.5"} 2
            """)
        .endsWith("{rt=\"http\", service=\"svc/web\", quantile=\"1\"} 3\n")
        .doesNotContain("idle_ms");
  }

  @Test
  void threat52_quotesAndLineEndsCannotLeaveTheirLabel() {
    var service = tree.scope("rt").scope("http").scope("service");
    service.scope("svc/a\"} 1\nevil{b=\"\\").counter("requests").increment();

    assertThat(page(""))
        .isEqualTo(
            "rt:service:requests{rt=\"http\", service=\"svc/a\\\\} 1\\\\evil{b=\\\\\\\\\"} 1\n");
  }

  @Test
  void everyFamilyIsDescribedOnceAndFirst() {
    var services = tree.scope("rt").scope("http").scope("service");
    services.scope("svc/a").counter("requests").increment();
    services.scope("svc/b").counter("requests").increment();
    services.scope("svc/b").stat("request_latency_ms").add(2);
    services.scope("svc/b").scope("status").counter("503").increment();
    services.scope("svc/b").counter("brand_new").increment();
    services.scope("svc/b").gauge("also_new", () -> 1);
    tree.summariseNow();

    var families = new HashSet<String>();
    for (String line : all("l5d_").lines().toList()) {
      String[] words = line.split("[ {]", 4);
      if (line.startsWith("# HELP ")) {
        assertThat(families.add(words[2])).as(line).isTrue();
        assertThat(words[3]).as(line).isNotBlank();
      } else {
        assertThat(families).contains(words[0]);
      }
    }
    assertThat(all("l5d_"))
        .contains(
            "# HELP l5d_rt:service:requests Requests\n",
            "# HELP l5d_rt:service:request_latency_ms_sum Time from the request to the head of its"
                + " answer: sum of the last window\n",
            "# HELP l5d_rt:service:status:503 Answers of status 503\n",
            "# HELP l5d_rt:service:brand_new How often: brand new\n",
            "# HELP l5d_rt:service:also_new As it is: also new\n");
  }

  @Test
  void whatDescribesANameKeepsToItsLine() {
    tree.counter("a\nevil 1\\\n# EOF").increment();

    assertThat(all(""))
        .isEqualTo("# HELP a_evil_1____EOF How often: a evil 1    EOF\na_evil_1____EOF 1\n");
  }

  /** Without the lines that describe. */
  private String page(String prefix) {
    return all(prefix).replaceAll("(?m)^# HELP .*\n", "");
  }

  private String all(String prefix) {
    return PrometheusPage.of(tree, false, prefix).whole().toString();
  }
}
