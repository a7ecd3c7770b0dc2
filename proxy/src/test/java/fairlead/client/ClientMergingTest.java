package fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.BalancerConfig;
import fairlead.balance.accrual.AccrualConfig;
import fairlead.balance.concurrency.ConcurrencyConfig;
import fairlead.config.Block;
import fairlead.config.ConfigText;
import fairlead.config.Problems;
import fairlead.config.Protocol;
import fairlead.config.SettingReader;
import fairlead.http2.Http2Settings;
import fairlead.naming.Path;
import fairlead.naming.Paths;
import fairlead.retry.BudgetConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Entries of {@code client} that match the same id ({@code spec/config.md} §8.4). */
class ClientMergingTest {
  private static final Path WEB = Paths.parse("/#/io.l5d.consul/dc1/web");

  private static ClientConfig merged(Protocol protocol, String earlier, String later) {
    return merged(protocol, earlier, later, "/#/io.l5d.consul");
  }

  private static ClientConfig merged(String earlier, String later, String prefix) {
    return merged(Protocol.HTTP, earlier, later, prefix);
  }

  private static ClientConfig merged(
      Protocol protocol, String earlier, String later, String prefix) {
    String yaml =
        """
        kind: io.l5d.static
        configs:
        - prefix: /
          %s
        - prefix: %s
          %s
        """
            .formatted(earlier, prefix, later);
    var problems = new Problems();
    var tree = Objects.requireNonNull(SettingReader.read(ConfigText.of("f", yaml), problems));
    var configs = ClientConfigReader.read(new Block(tree, "", problems), protocol);
    assertThat(problems.show()).isEmpty();
    return configs.of(WEB);
  }

  private static ClientConfig merged(String earlier, String later) {
    return merged(Protocol.HTTP, earlier, later);
  }

  @Test
  void aLaterPoolResetsTheKeysThatItLeavesOut() {
    var config =
        merged(
            "hostConnectionPool: {minSize: 2, maxSize: 9, maxWaiters: 7, idleTimeMs: 1000}",
            "hostConnectionPool: {maxSize: 5}");

    assertThat(config.maxConnections()).isEqualTo(5);
    assertThat(config.minConnections()).isZero();
    assertThat(config.maxWaiters()).isEqualTo(Integer.MAX_VALUE);
    assertThat(config.poolIdleTime()).isNull();
  }

  @Test
  void aLaterSessionResetsTheKeysThatItLeavesOut() {
    var config =
        merged(
            "clientSession: {idleTimeMs: 1000, lifeTimeMs: 2000}",
            "clientSession: {lifeTimeMs: 3000}");

    assertThat(config.idleTime()).isNull();
    assertThat(config.lifeTime()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void aLaterBalancerResetsTheKeysThatItLeavesOut() {
    var config =
        merged(
            "loadBalancer: {kind: ewma, maxEffort: 9, decayTimeMs: 1, enableProbation: true}",
            "loadBalancer: {kind: ewma}");

    assertThat(config.balancer().algorithm())
        .isEqualTo(new BalancerConfig.Ewma(5, Duration.ofSeconds(10)));
    assertThat(config.balancer().probation()).isFalse();
  }

  @Test
  void whatAPrefixCapturedIsWhatTheEndpointMustSay() {
    var config =
        merged(
            "failFast: true",
            "verify: {path: '/health/{service}', header: x-service, value: '{service}.{dc}'}",
            "/#/io.l5d.consul/{dc}/{service}");

    assertThat(config.verify())
        .isEqualTo(
            new VerifyConfig("/health/web", 200, "x-service", "web.dc1", Duration.ofSeconds(1)));
    assertThat(config.failFast()).isTrue();
  }

  @Test
  void aLaterEntryMayTurnVerificationOff() {
    assertThat(merged("verify: {path: /health}", "failFast: true").verify()).isNotNull();
    assertThat(merged("verify: {path: /health}", "verify: {enabled: false}").verify()).isNull();
  }

  @Test
  void laterHealthRulesResetTheKeysThatTheyLeaveOut() {
    var config =
        merged(
            "failureAccrual: {kind: io.l5d.consecutiveFailures, failures: 2,"
                + " backoff: {kind: constant, ms: 1}}",
            "failureAccrual: {kind: io.l5d.consecutiveFailures, failures: 5}");

    assertThat(config.accrual()).isEqualTo(AccrualConfig.DEFAULT);
  }

  @Test
  void aLaterBudgetResetsTheKeysThatItLeavesOut() {
    var config =
        merged(
            "requeueBudget: {ttlSecs: 20, minRetriesPerSec: 1, percentCanRetry: 0.5}",
            "requeueBudget: {ttlSecs: 30}");

    assertThat(config.requeueBudget()).isEqualTo(new BudgetConfig(Duration.ofSeconds(30), 10, 0.2));
  }

  @Test
  void aLaterTlsReplacesTheWholeOfAnEarlierOne() {
    var config =
        merged("tls: {disableValidation: true, commonName: web.test}", "tls: {commonName: other}");

    var tls = Objects.requireNonNull(config.tls());
    assertThat(tls.commonName()).isEqualTo("other");
    assertThat(tls.disableValidation()).isFalse();
  }

  @Test
  void laterConcurrencyResetsTheKeysThatItLeavesOut() {
    var config =
        merged("adaptiveConcurrency: {minLimit: 9, maxLimit: 90}", "adaptiveConcurrency: {}");
    var off = merged("adaptiveConcurrency: {minLimit: 9}", "adaptiveConcurrency: {enabled: false}");

    assertThat(config.concurrency()).isEqualTo(ConcurrencyConfig.DEFAULT);
    assertThat(off.concurrency()).isNull();
  }

  @Test
  void eachSettingOfHttp2IsAParameterOfItsOwn() {
    var config =
        merged(
            Protocol.H2,
            "maxFrameBytes: 20000\n  headerTableBytes: 100",
            "maxFrameBytes: 30000\n  initialStreamWindowBytes: 70000");

    Http2Settings http2 = Objects.requireNonNull(config.http2());
    assertThat(http2.frame()).isEqualTo(30_000);
    assertThat(http2.headerTable()).isEqualTo(100);
    assertThat(http2.streamWindow()).isEqualTo(70_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "failFast: true",
        "requestAttemptTimeoutMs: 77",
        "forwardClientCert: true",
        "http2: true",
        "'tls: {disableValidation: true}'",
        "'hostConnectionPool: {maxSize: 3}'",
        "'clientSession: {idleTimeMs: 3}'",
        "'loadBalancer: {kind: heap}'",
        "'failureAccrual: {kind: none}'",
        "'requeueBudget: {ttlSecs: 3}'",
        "adaptiveConcurrency: {}",
      })
  void whatTheLaterEntryDoesNotSayStays(String setting) {
    String other = setting.startsWith("failFast") ? "clientSession: {}" : "failFast: true";

    var inherited = merged(setting, other);
    var alone = merged("failFast: false", setting + "\n  " + other);

    assertThat(inherited).isEqualTo(alone).isNotEqualTo(merged("failFast: false", other));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "failFast: true|failFast: false",
        "requestAttemptTimeoutMs: 77|requestAttemptTimeoutMs: 78",
        "forwardClientCert: true|forwardClientCert: false",
        "http2: true|http2: false",
        "'tls: {disableValidation: true}'|'tls: {enabled: false}'",
      })
  void theLaterOfTwoWins(String earlier, String later) {
    assertThat(merged(earlier, later)).isEqualTo(merged("failFast: false", later));
  }

  /** The example of the specification. */
  @Test
  void theWorkedExample() {
    Function<String, ClientConfig> of = id -> read().of(Paths.parse(id));

    assertThat(of.apply("/$/inet/10.0.0.5/80"))
        .satisfies(
            c -> {
              assertThat(c.attemptTimeout()).isEqualTo(Duration.ofSeconds(1));
              assertThat(c.balancer().algorithm()).isInstanceOf(BalancerConfig.Ewma.class);
              assertThat(c.tls()).isNull();
            });
    assertThat(of.apply("/#/io.l5d.consul/dc1/web"))
        .satisfies(
            c -> {
              assertThat(c.attemptTimeout()).isEqualTo(Duration.ofSeconds(1));
              assertThat(c.balancer().algorithm()).isInstanceOf(BalancerConfig.Ewma.class);
              assertThat(Objects.requireNonNull(c.tls()).commonName())
                  .isEqualTo("web.internal.example");
            });
    assertThat(of.apply("/#/io.l5d.consul/dc1/legacy"))
        .satisfies(
            c -> {
              assertThat(c.attemptTimeout()).isEqualTo(Duration.ofSeconds(5));
              assertThat(c.balancer().algorithm()).isInstanceOf(BalancerConfig.Ewma.class);
              assertThat(c.tls()).isNull();
            });
  }

  private static ClientConfigs read() {
    String yaml =
        """
        kind: io.l5d.static
        configs:
        - prefix: /
          requestAttemptTimeoutMs: 1000
          loadBalancer: {kind: ewma}
        - prefix: /#/io.l5d.consul/dc1/{service}
          tls: {commonName: "{service}.internal.example"}
        - prefix: /#/io.l5d.consul/dc1/legacy
          tls: {enabled: false}
          requestAttemptTimeoutMs: 5000
        """;
    var problems = new Problems();
    var tree = Objects.requireNonNull(SettingReader.read(ConfigText.of("f", yaml), problems));
    var configs = ClientConfigReader.read(new Block(tree, "", problems), Protocol.HTTP);
    assertThat(problems.show()).isEmpty();
    return configs;
  }
}
