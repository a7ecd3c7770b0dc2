package fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.balance.BalancerConfig;
import fairlead.balance.BalancerConfig.Algorithm;
import fairlead.balance.BalancerConfig.Aperture;
import fairlead.balance.BalancerConfig.Ewma;
import fairlead.balance.BalancerConfig.Heap;
import fairlead.balance.BalancerConfig.P2c;
import fairlead.balance.BalancerConfig.RoundRobin;
import fairlead.balance.SlowStart;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.accrual.Backoff;
import fairlead.config.Block;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.config.Protocol;
import fairlead.config.SettingReader;
import fairlead.naming.Paths;
import fairlead.retry.BudgetConfig;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds where a configuration says nothing ({@code spec/client.md} §2, §4, §10, §11). */
class ClientDefaultsTest {
  private static ClientConfig read(Protocol protocol, String yaml) {
    var problems = new Problems();
    var tree = Objects.requireNonNull(SettingReader.read(ConfigText.of("f", yaml), problems));
    var configs = ClientConfigReader.read(new Block(tree, "", problems), protocol);
    assertThat(problems.show()).isEmpty();
    return configs.of(Paths.parse("/#/io.l5d.consul/dc1/web"));
  }

  @ParameterizedTest
  @CsvSource({"kind: io.l5d.global", "failFast: false", "'{kind: io.l5d.static, configs: []}'"})
  void withoutKeysTheDefaultsHold(String yaml) {
    assertThat(read(Protocol.HTTP, yaml)).isEqualTo(ClientConfig.DEFAULT);
  }

  @Test
  void theDefaultsAreThoseOfTheTable() {
    var usual = ClientConfig.DEFAULT;

    assertThat(usual.balancer()).isEqualTo(new BalancerConfig(new P2c(5), false, SlowStart.OFF));
    assertThat(usual.accrual())
        .isEqualTo(new AccrualConfig.ConsecutiveFailures(5, Backoff.DEFAULT));
    assertThat(usual.failFast()).isFalse();
    assertThat(usual.minConnections()).isZero();
    assertThat(usual.maxConnections()).isEqualTo(2_147_483_647);
    assertThat(usual.maxWaiters()).isEqualTo(2_147_483_647);
    assertThat(usual.poolIdleTime()).isNull();
    assertThat(usual.idleTime()).isNull();
    assertThat(usual.lifeTime()).isNull();
    assertThat(usual.attemptTimeout()).isNull();
    assertThat(usual.requeueBudget()).isEqualTo(new BudgetConfig(Duration.ofSeconds(10), 10, 0.2));
    assertThat(usual.tls()).isNull();
    assertThat(usual.forwardClientCert()).isFalse();
    assertThat(usual.connectTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(usual.concurrency()).isNull();
  }

  static Stream<Arguments> kinds() {
    return Stream.of(
        Arguments.of("p2c", new P2c(5), "p2c_least_loaded"),
        Arguments.of("ewma", new Ewma(5, Duration.ofSeconds(10)), "p2c_peak_ewma"),
        Arguments.of(
            "aperture",
            new Aperture(5, Duration.ofSeconds(5), 0.5, 2.0, 1),
            "aperture_least_loaded"),
        Arguments.of("heap", new Heap(), "heap_least_loaded"),
        Arguments.of("roundRobin", new RoundRobin(5), "round_robin"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void eachKindOfBalancerHasItsDefaultsAndItsGauge(String kind, Algorithm expected, String gauge) {
    var balancer = read(Protocol.HTTP, "loadBalancer: {kind: " + kind + "}").balancer();

    assertThat(balancer).isEqualTo(new BalancerConfig(expected, false, SlowStart.OFF));
    assertThat(balancer.algorithm().gauge()).isEqualTo(gauge);
  }

  /** §12: h2 inside TLS is agreed on by ALPN; of HTTP/1.1 nothing is said. */
  @Test
  @Requirement(rfc = "9113 §3.2", says = "h2c is neither offered nor agreed on inside TLS")
  @Requirement(rfc = "9113 §3.3", says = "inside TLS we speak HTTP/2 by ALPN")
  void whatIsSpokenInsideTls() {
    assertThat(read(Protocol.HTTP, "failFast: false").alpn()).isEmpty();
    assertThat(read(Protocol.H2, "failFast: false").alpn()).isEqualTo(List.of("h2"));
  }
}
