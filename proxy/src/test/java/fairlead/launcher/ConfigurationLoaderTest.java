package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.balance.BalancerConfig;
import fairlead.config.ConfigText;
import fairlead.discovery.NamerConfig;
import fairlead.discovery.TransformerConfig;
import fairlead.identity.FakeMetadata;
import fairlead.identity.FakeMetadata.Imds;
import fairlead.identity.Machine;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.naming.Path;
import fairlead.routing.identify.IdentifierConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {
  private static final String ROUTER = "routers: [{protocol: http, servers: [{port: 4140}]}]\n";

  @TempDir java.nio.file.Path folder;

  private static Loaded load(String text, Machine machine) {
    return ConfigurationLoader.load(ConfigText.of("f.yaml", text), machine);
  }

  private static Configuration good(String text, Map<String, String> environment) {
    Loaded loaded = load(text, Machines.host(environment));
    assertThat(loaded.problems().show()).isEmpty();
    return Objects.requireNonNull(loaded.configuration());
  }

  @Test
  void absentKeysHaveTheDefaultsOfLinkerd() {
    Configuration found = good(ROUTER, Map.of());

    var router = found.routers().getFirst();
    assertThat(router.label()).isEqualTo("http");
    assertThat(router.dstPrefix()).isEqualTo(Path.of("svc"));
    assertThat(router.identifiers()).containsExactly(new IdentifierConfig.HeaderToken("Host"));
    assertThat(router.bindingTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(router.maxInitialLineBytes()).isEqualTo(4096);
    assertThat(router.maxHeadersBytes()).isEqualTo(8192);
    assertThat(router.maxErrResponseBytes()).isEqualTo(5120 * 1024);
    assertThat(router.servers().getFirst().ip().isLoopbackAddress()).isTrue();
    assertThat(router.servers().getFirst().maxCallDepth()).isEqualTo(1000);
    assertThat(found.admin().port()).isEqualTo(9990);
    assertThat(found.admin().shutdownGrace()).isEqualTo(Duration.ofSeconds(25));
    assertThat(found.stateDir()).isNull();
  }

  @Test
  void readsTheConsulNamer() {
    Configuration found =
        good(
            """
            namers:
            - kind: io.l5d.consul
              host: consul-agent
              useHealthCheck: true
              healthStatuses: [passing, warning]
              includeTag: true
              consistencyMode: stale
              scope: agent
              weights: [{tag: canary, weight: 0.1}]
              emptyGraceMs: 0
            """
                + ROUTER,
            Map.of());

    var namer = (NamerConfig.Consul) found.namers().getFirst();
    assertThat(namer.prefix()).isEqualTo(Path.of("io.l5d.consul"));
    assertThat(namer.agent().host()).isEqualTo("consul-agent");
    assertThat(namer.agent().port()).isEqualTo(8500);
    assertThat(namer.agent().consistency()).isEqualTo(NamerConfig.Consistency.STALE);
    assertThat(namer.healthStatuses())
        .containsExactlyInAnyOrder(
            NamerConfig.HealthStatus.PASSING, NamerConfig.HealthStatus.WARNING);
    assertThat(namer.scope()).isEqualTo(NamerConfig.Scope.AGENT);
    assertThat(namer.weights()).containsExactly(new NamerConfig.TagWeight("canary", 0.1));
    assertThat(namer.watching().emptyGrace()).isEqualTo(Duration.ZERO);
  }

  @Test
  void keepsTheOrderOfNamersAndTransformers() {
    Configuration found =
        good(
            """
            namers:
            - {kind: io.l5d.rewrite, prefix: /a, pattern: /x, name: /y}
            - {kind: io.l5d.rewrite, prefix: /b, pattern: /x, name: /y}
            routers:
            - protocol: http
              servers: [{port: 4140}]
              interpreter:
                kind: default
                transformers: [{kind: io.l5d.localhost}, {kind: io.l5d.port, port: 4141}]
            """,
            Map.of());

    assertThat(found.namers())
        .extracting(NamerConfig::prefix)
        .containsExactly(Path.of("a"), Path.of("b"));
    assertThat(found.routers().getFirst().interpreter().transformers())
        .containsExactly(
            new TransformerConfig.Localhost(Path.of("io.l5d.localhost")),
            new TransformerConfig.Port(Path.of("io.l5d.port", "4141"), 4141, false));
  }

  @Test
  void hostAutoTakesWhatThisMachineTellsAndSaysSo() throws IOException {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, FakeMetadata.instance("10.1.0.11"))) {
      var machine = Machines.container(Map.of(), fake.bind("127.0.0.1", 0));
      String text =
          """
          namers: [{kind: io.l5d.consul, host: 127.0.0.1, port: 1}]
          routers:
          - protocol: http
            servers: [{port: 4141}]
            interpreter: {kind: default, transformers: [{kind: io.l5d.specificHost, host: auto}]}
          """;

      Loaded loaded = load(text, machine);

      assertThat(loaded.problems().show()).isEmpty();
      var found = Objects.requireNonNull(loaded.configuration());
      assertThat(found.routers().getFirst().interpreter().transformers())
          .singleElement()
          .isInstanceOfSatisfying(
              TransformerConfig.SpecificHost.class,
              t -> assertThat(t.host().getHostAddress()).isEqualTo("10.1.0.11"));
      assertThat(loaded.notes())
          .singleElement()
          .asString()
          .startsWith("this host's address is 10.1.0.11: EC2 metadata (IMDSv2)");
    }
  }

  @Test
  void aTokenFromAFileIsReadAgainWhenItChanges() throws IOException {
    java.nio.file.Path file = folder.resolve("token");
    Files.writeString(file, "s3cret\n");

    var namer =
        (NamerConfig.Consul)
            good(
                    "namers: [{kind: io.l5d.consul, token: '${file:" + file + "}'}]\n" + ROUTER,
                    Map.of())
                .namers()
                .getFirst();

    assertThat(namer.agent().tokenFile()).isEqualTo(file);
    assertThat(Objects.requireNonNull(namer.agent().token()).value()).isEqualTo("s3cret");
  }

  @Test
  void theEnvironmentSetsTheDrainOverTheFile() {
    String text = "admin: {shutdownGraceMs: 1000}\n" + ROUTER;

    assertThat(good(text, Map.of()).admin().shutdownGrace()).hasMillis(1000);
    assertThat(good(text, Map.of("FAIRLEAD_DRAIN_MS", "5000")).admin().shutdownGrace())
        .hasMillis(5000);
    assertThat(load(text, Machines.host(Map.of("FAIRLEAD_DRAIN_MS", "5s"))).problems().show())
        .isEqualTo(
            "$FAIRLEAD_DRAIN_MS:1:1: '5s' is not a number of milliseconds; use one such as"
                + " 25000\n");
  }

  @Test
  void oneUnsetVariableIsOneFault() {
    String text =
        """
        routers:
        - protocol: http
          servers: [{port: 4141}]
          interpreter:
            kind: default
            transformers:
            - kind: io.l5d.specificHost
              host: $LOCAL_IP
        """;

    assertThat(load(text, Machines.host(Map.of())).problems().show())
        .isEqualTo(
            "f.yaml:8:13: routers[0].interpreter.transformers[0].host: environment variable"
                + " LOCAL_IP is not set; set it, or write ${LOCAL_IP:-word}\n");
  }

  @Test
  void theEffectiveConfigurationShowsOriginsAndHidesSecrets() {
    String text =
        """
        namers:
        - kind: io.l5d.consul
          port: ${CONSUL_PORT:-8500}
          token: $TOKEN
        routers: [{protocol: http, servers: [{port: 4140}]}]
        """;

    CheckText shown = CheckText.config(load(text, Machines.host(Map.of("TOKEN", "hunter2"))));

    assertThat(shown.out())
        .isEqualTo(
            """
            namers:
            - kind: io.l5d.consul
              port: 8500 # ${CONSUL_PORT:-8500}: default, as environment variable CONSUL_PORT is not set
              token: '***' # $TOKEN: environment variable TOKEN
            routers:
            - protocol: http
              servers:
              - port: 4140
            """);
  }

  @Test
  void theClientsOfLaterEntriesWinKeyByKey() {
    var client =
        good(
                """
                routers:
                - protocol: http
                  servers: [{port: 4140}]
                  client:
                    kind: io.l5d.static
                    configs:
                    - {prefix: /, hostConnectionPool: {minSize: 2, maxSize: 9}, loadBalancer: {kind: p2c, maxEffort: 3}}
                    - {prefix: /, hostConnectionPool: {maxSize: 5, idleTimeMs: 100}, clientSession: {idleTimeMs: 50}}
                """,
                Map.of())
            .routers()
            .getFirst()
            .client()
            .of(Path.of("#", "io.l5d.fs", "web"));

    assertThat(client.minConnections()).isZero();
    assertThat(client.maxConnections()).isEqualTo(5);
    assertThat(client.balancer().algorithm()).isEqualTo(new BalancerConfig.P2c(3));
    assertThat(client.idleTime()).hasMillis(50);
  }

  /** spec/config.md §8.4: one parameter is a whole sub-block. */
  @Test
  void aClientGetsWhatEveryMatchingPrefixSays() {
    var clients =
        good(
                """
                routers:
                - protocol: http
                  servers: [{port: 4140}]
                  client:
                    kind: io.l5d.static
                    configs:
                    - {prefix: /, hostConnectionPool: {maxSize: 9, maxWaiters: 7}}
                    - {prefix: '/#/*/dc1/{service}', clientSession: {idleTimeMs: 50}}
                    - {prefix: '#/io.l5d.consul/dc1/legacy', hostConnectionPool: {maxSize: 1, idleTimeMs: 80}}
                """,
                Map.of())
            .routers()
            .getFirst()
            .client();

    var plain = clients.of(Path.of("$", "inet", "10.0.0.5", "80"));
    assertThat(plain.maxConnections()).isEqualTo(9);
    assertThat(plain.idleTime()).isNull();
    var web = clients.of(Path.of("#", "io.l5d.consul", "dc1", "web"));
    assertThat(web.maxConnections()).isEqualTo(9);
    assertThat(web.maxWaiters()).isEqualTo(7);
    assertThat(web.idleTime()).hasMillis(50);
    var legacy = clients.of(Path.of("#", "io.l5d.consul", "dc1", "legacy"));
    assertThat(legacy.maxConnections()).isEqualTo(1);
    assertThat(legacy.maxWaiters()).isEqualTo(Integer.MAX_VALUE);
    assertThat(legacy.idleTime()).hasMillis(50);
    assertThat(clients.of(Path.of("%", "io.l5d.port", "4141", "#", "io.l5d.consul", "dc1", "web")))
        .isEqualTo(plain);
  }
}
