package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.ClientConfig;
import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader;
import fairlead.naming.Path;
import fairlead.retry.Backoff;
import fairlead.retry.BudgetConfig;
import fairlead.routing.ServiceConfig.Buffers;
import fairlead.routing.classify.GrpcClassifier;
import fairlead.routing.classify.GrpcClassifier.Retries;
import fairlead.routing.classify.H2Classifier;
import fairlead.routing.classify.HttpClassifier;
import fairlead.routing.classify.Retryable;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code service}: defaults, keys, and merging by prefix ({@code spec/config.md} §8, §10). */
class ServiceConfigReaderTest {
  private static final Path WEB = Path.of("svc", "web");

  @Test
  void theDefaultsAreLinkerds() {
    var http = router("http", "").service().of(WEB);
    var h2 = router("h2", "").service().of(WEB);

    assertThat(http).isEqualTo(ServiceConfig.usual(HttpClassifier.DEFAULT, null));
    assertThat(h2).isEqualTo(ServiceConfig.usual(H2Classifier.DEFAULT, new Buffers(16383, 16383)));
    assertThat(http.totalTimeout()).isNull();
    assertThat(http.budget()).isEqualTo(new BudgetConfig(Duration.ofSeconds(10), 10, 0.2));
    assertThat(http.backoff()).isEqualTo(new Backoff.Constant(Duration.ZERO));
    assertThat(h2.classificationTimeout()).isEqualTo(Duration.ofMillis(100));
  }

  @Test
  void everyKeyIsRead() {
    var service =
        router(
                "h2",
                """
                  service:
                    totalTimeoutMs: 500
                    retries:
                      budget: {ttlSecs: 5, minRetriesPerSec: 1, percentCanRetry: 0.5}
                      backoff: {kind: jittered, minMs: 10, maxMs: 1000}
                    responseClassifier:
                      kind: io.l5d.h2.grpc.retryableStatusCodes
                      successStatusCodes: [0, 5]
                      retryableStatusCodes: [8, 14]
                    classificationTimeoutMs: 0
                    retryBufferSize: {requestBytes: 7}
                """)
            .service()
            .of(WEB);

    assertThat(service)
        .isEqualTo(
            new ServiceConfig(
                Duration.ofMillis(500),
                new BudgetConfig(Duration.ofSeconds(5), 1, 0.5),
                new Backoff.Jittered(Duration.ofMillis(10), Duration.ofSeconds(1)),
                new GrpcClassifier(Set.of(0, 5), new Retries.Codes(Set.of(8, 14))),
                Duration.ZERO,
                new Buffers(7, 16383)));
  }

  @Test
  void laterEntriesWinKeyByKey() {
    var services =
        router(
                "http",
                """
                  service:
                    kind: io.l5d.static
                    configs:
                    - prefix: /svc
                      totalTimeoutMs: 1000
                      responseClassifier: {kind: io.l5d.http.retryableRead5XX}
                      retries:
                        budget: {minRetriesPerSec: 3, percentCanRetry: 0.1}
                        backoff: {kind: constant, ms: 20}
                    - prefix: /svc/{team}-web
                      totalTimeoutMs: 50
                      retries: {budget: {minRetriesPerSec: 4}}
                    - prefix: /svc/a-web/v2
                      totalTimeoutMs: 1
                """)
            .service();

    var base = services.of(WEB);
    var web = services.of(Path.of("svc", "a-web"));
    var other = services.of(Path.of("http", "web"));

    assertThat(base.totalTimeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(web.totalTimeout()).isEqualTo(Duration.ofMillis(50));
    assertThat(web.classifier()).isEqualTo(new HttpClassifier(Retryable.READ, false));
    assertThat(web.backoff()).isEqualTo(new Backoff.Constant(Duration.ofMillis(20)));
    assertThat(web.budget()) // as a whole: the share of the first entry is gone
        .isEqualTo(new BudgetConfig(Duration.ofSeconds(10), 4, 0.2));
    assertThat(other).isEqualTo(ServiceConfig.usual(HttpClassifier.DEFAULT, null));
  }

  @Test
  void clientsHaveAttemptTimeoutsAndBudgetsByPrefix() {
    var clients =
        router(
                "http",
                """
                  client:
                    kind: io.l5d.static
                    configs:
                    - {prefix: /, requestAttemptTimeoutMs: 100, requeueBudget: {ttlSecs: 2}}
                    - {prefix: '/#/fs', requestAttemptTimeoutMs: 200}
                """)
            .client();

    ClientConfig fs = clients.of(Path.of("#", "fs", "web"));
    assertThat(fs.attemptTimeout()).isEqualTo(Duration.ofMillis(200));
    assertThat(fs.requeueBudget()).isEqualTo(new BudgetConfig(Duration.ofSeconds(2), 10, 0.2));
    assertThat(clients.of(Path.of("#", "consul")).attemptTimeout())
        .isEqualTo(Duration.ofMillis(100));
    assertThat(router("http", "").client().of(WEB).attemptTimeout()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "default, 14",
    "alwaysRetryable, any",
    "neverRetryable, none",
    "compliant, compliant"
  })
  void kindsOfGrpcDifferInWhatIsRetryable(String kind, String retries) {
    var classifier =
        router("h2", "  service: {responseClassifier: {kind: io.l5d.h2.grpc." + kind + "}}\n")
            .service()
            .of(WEB)
            .classifier();

    assertThat(classifier)
        .isEqualTo(
            new GrpcClassifier(
                Set.of(0),
                switch (retries) {
                  case "any" -> new Retries.AnyCode();
                  case "compliant" -> new Retries.Compliant();
                  case "none" -> new Retries.Codes(Set.of());
                  default -> new Retries.Codes(Set.of(14));
                }));
  }

  private static RouterConfig router(String protocol, String blocks) {
    String text =
        "admin: {port: 9991}\nrouters:\n- protocol: "
            + protocol
            + "\n  servers: [{port: 4140}]\n"
            + blocks;
    var loaded = ConfigurationLoader.load(ConfigText.of("f.yaml", text), Machines.host(Map.of()));
    assertThat(loaded.problems().show()).isEmpty();
    return Objects.requireNonNull(loaded.configuration()).routers().getFirst();
  }
}
