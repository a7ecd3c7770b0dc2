package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The examples of {@code spec/telemetry.md} §5. */
class InfluxdbPageTest {
  private final MetricsTree tree = new MetricsTree();

  @Test
  void valuesOfOneNodeMakeOneLine() {
    tree.counter("abc").increment();
    tree.counter("def").add(2);
    tree.scope("foo").scope("bar").counter("bas").increment();

    assertThat(page("")).isEqualTo("foo:bar,host=none bas=1\nroot,host=none abc=1,def=2\n");
  }

  @Test
  void scopesBecomeTagsSortedByKeyAndTheHostIsOne() {
    var incoming = tree.scope("rt").scope("incoming");
    var client = incoming.scope("client").scope("#/bar");
    client.counter("requests").increment();
    client.scope("loadbalancer").gauge("size", () -> 3);
    client.scope("service").scope("svc/foo").counter("requests").add(7);

    assertThat(page("l5d:9990"))
        .isEqualTo(
            """
            rt:client:loadbalancer,client=#/bar,host=l5d:9990,rt=incoming size=3.0
            rt:client:service,client=#/bar,host=l5d:9990,rt=incoming,service=svc/foo requests=7
            rt:client,client=#/bar,host=l5d:9990,rt=incoming requests=1
            """);
  }

  @Test
  void histogramsAreFieldsAlsoWhenTheirWindowWasEmpty() {
    tree.stat("latency_ms").add(5);
    tree.summariseNow();

    assertThat(page(""))
        .isEqualTo(
            "root,host=none latency_ms_avg=5.0,latency_ms_count=1,latency_ms_max=5,latency_ms_min=5"
                + ",latency_ms_p50=5,latency_ms_p90=5,latency_ms_p95=5,latency_ms_p99=5"
                + ",latency_ms_p999=5,latency_ms_p9999=5,latency_ms_sum=5\n");

    tree.summariseNow();
    assertThat(page("")).contains("latency_ms_count=0,");
  }

  @Test
  void aFailureHasAValueAndChildren() {
    var failures = tree.scope("rt").scope("in").scope("server").scope("0.0.0.0/4140");
    failures.counter("failures").add(2);
    failures.scope("failures").counter("a.B").add(2);

    assertThat(page(""))
        .isEqualTo(
            """
            rt:server:failures,host=none,rt=in,server=0.0.0.0/4140 a.B=2
            rt:server,host=none,rt=in,server=0.0.0.0/4140 failures=2
            """);
  }

  @Test
  void threat52_namesCannotLeaveTheirTag() {
    var services = tree.scope("rt").scope("http").scope("service");
    services.scope("svc/a b,c=d\\\nevil x=1").counter("requests").increment();

    assertThat(page("h,x=1 y"))
        .isEqualTo(
            "rt:service,host=h\\,x\\=1\\ y,rt=http,service=svc/a\\ b\\,c\\=d__evil\\ x\\=1"
                + " requests=1\n");
  }

  private String page(String host) {
    return InfluxdbPage.of(tree, false, host).whole().toString();
  }
}
