package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.config.ConfigText;
import fairlead.identity.Machines;
import fairlead.launcher.ConfigurationLoader.Loaded;
import fairlead.naming.Dtabs;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of spec/config.md §18, and those that the other specifications show. */
class WorkedExamplesTest {
  private static final String ROUTER = "routers: [{protocol: http, servers: [{port: 4140}]}]\n";

  private static Loaded load(String yaml) {
    return ConfigurationLoader.load(ConfigText.of("f.yaml", yaml), Machines.host(Map.of()));
  }

  private static List<String> faults(String yaml) {
    return load(yaml).problems().show().lines().toList();
  }

  @Test
  void theMinimalFileHasTheDefaults() {
    Loaded loaded =
        load(
            """
            routers:
            - protocol: http
              dtab: /svc => /$/inet/127.1/8080;
              servers: [{port: 4140}]
            """);

    assertThat(loaded.problems().show()).isEmpty();
    Configuration found = Objects.requireNonNull(loaded.configuration());
    var router = found.routers().getFirst();
    assertThat(router.label()).isEqualTo("http");
    assertThat(router.dtab()).isEqualTo(Dtabs.parse("/svc => /$/inet/127.1/8080"));
    assertThat(router.servers().getFirst().ip().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(router.servers().getFirst().port()).isEqualTo(4140);
    assertThat(found.admin().ip().getHostAddress()).isEqualTo("127.0.0.1");
    assertThat(found.admin().port()).isEqualTo(9990);
  }

  @Test
  void theSidecarIsAcceptedButForWhatIsNotBuilt() {
    List<String> faults =
        faults(
            """
            admin: {ip: 0.0.0.0, port: 9990}
            namers:
            - kind: io.l5d.consul
              host: 169.254.1.1
              port: 8500
              useHealthCheck: true
              consistencyMode: stale
            telemetry:
            - kind: io.l5d.prometheus
            usage: {enabled: false}
            routers:
            - protocol: http
              label: outgoing
              identifier: {kind: io.l5d.header.token}
              dtab: |
                /consul => /#/io.l5d.consul/.local ;
                /host   => /consul ;
                /host   => /$/io.buoyant.http.subdomainOfPfx/service.consul/consul ;
                /svc    => /host ;
              service:
                kind: io.l5d.static
                configs:
                - prefix: /svc
                  totalTimeoutMs: 2000
                  responseClassifier: {kind: io.l5d.http.retryableRead5XX}
                - prefix: /svc/payments
                  totalTimeoutMs: 8000
              client:
                failureAccrual: {kind: io.l5d.consecutiveFailures, failures: 10}
              servers: [{port: 4140, ip: 0.0.0.0}]
            - protocol: h2
              label: grpc
              dtab: |
                /svc => /#/io.l5d.consul/.local ;
              identifier: {kind: io.l5d.header.path, segments: 1}
              servers: [{port: 4142, ip: 0.0.0.0}]
            """);

    assertThat(faults).allMatch(fault -> fault.contains("known, not built yet"));
    assertThat(faults)
        .extracting(fault -> fault.replaceFirst("^f.yaml:(\\d+:\\d+): (\\S+): .*", "$1 $2"))
        .isEmpty();
  }

  /** As it may stand on a host where Linkerd is stopped and Fairlead is started in its place. */
  @Test
  void fault40_aConfigurationOfLinkerdIsReadAsItIs() {
    Loaded loaded =
        load(
            """
            admin: {ip: 0.0.0.0, port: 9990}
            usage: {enabled: false}
            telemetry:
            - kind: io.l5d.prometheus
              path: /metrics
            namers:
            - kind: io.l5d.consul
              host: localhost
              port: 8500
              includeTag: false
              useHealthCheck: true
              preferServiceAddress: true
              fixedLengthStreamedAfterKB: 5120
            - kind: io.l5d.fs
              rootDir: .
            routers:
            - protocol: http
              label: outgoing
              dstPrefix: /svc
              identifier: {kind: io.l5d.header.token, header: Host}
              dtab: |
                /consul => /#/io.l5d.consul/dc1;
                /files  => /#/io.l5d.fs;
                /svc    => /files | /consul;
              interpreter:
                kind: default
                transformers: [{kind: io.l5d.port, port: 4141}]
              bindingCache: {paths: 100, trees: 100, bounds: 100, clients: 10, idleTtlSecs: 600}
              service:
                totalTimeoutMs: 500
                responseClassifier: {kind: io.l5d.http.retryableIdempotent5XX}
                retries:
                  budget: {minRetriesPerSec: 5, percentCanRetry: 0.5, ttlSecs: 15}
                  backoff: {kind: jittered, minMs: 10, maxMs: 10000}
              client:
                kind: io.l5d.static
                configs:
                - prefix: /
                  loadBalancer: {kind: ewma, decayTimeMs: 10000, maxEffort: 5}
                  failureAccrual:
                    kind: io.l5d.successRate
                    successRate: 0.9
                    requests: 20
                    backoff: {kind: constant, ms: 10000}
                  hostConnectionPool: {minSize: 0, maxSize: 1000, idleTimeMs: 10000}
                - prefix: /%/io.l5d.port/4141/#/io.l5d.consul/dc1/{service}
                  requestAttemptTimeoutMs: 1000
              servers:
              - {port: 4140, ip: 0.0.0.0, maxConcurrentRequests: 1000}
            - protocol: http
              label: incoming
              dtab: /svc => /#/io.l5d.consul/dc1;
              interpreter:
                kind: default
                transformers: [{kind: io.l5d.localhost}]
              servers: [{port: 4141, ip: 0.0.0.0, addForwardedHeader: {by: {kind: ip}, for: {kind: ip}}}]
            """);

    assertThat(loaded.problems().show()).isEmpty();
    assertThat(Objects.requireNonNull(loaded.configuration()).routers()).hasSize(2);
    assertThat(loaded.notes())
        .containsExactly(
            "f.yaml:2:1: 'usage' has no effect: nothing is reported to anybody; remove it",
            "f.yaml:13:3: 'fixedLengthStreamedAfterKB' has no effect: answers of Consul are read"
                + " whole; remove it");
  }

  static Stream<Arguments> rejected() {
    return Stream.of(
        Arguments.of(
            """
            routers:
            - {protocol: http, servers: [{port: 4140}]}
            - {protocol: http, servers: [{port: 4150}]}
            """,
            "f.yaml:3:14: routers[1].protocol: 'http' is taken by the router at f.yaml:2:14; choose"
                + " another label"),
        Arguments.of(
            """
            routers:
            - {protocol: http, servers: [{port: 4140}]}
            - {protocol: http, label: b, servers: [{port: 4140}]}
            """,
            "f.yaml:3:47: routers[1].servers[0].port: 4140 is taken by router 'http' at"
                + " f.yaml:2:37; choose another"),
        Arguments.of(
            "routers: [{protocol: http, servers: [{port: \"4140\"}]}]\n",
            "f.yaml:1:45: routers[0].servers[0].port: '4140' is a text, not a port; remove the"
                + " quotes"),
        Arguments.of(
            "routers: [{protocol: thriftmux, servers: [{}]}]\n",
            "f.yaml:1:22: routers[0].protocol: 'thriftmux' is experimental; add 'experimental:"
                + " true' beside it"),
        Arguments.of(
            """
            routers:
            - protocol: http
              servers: [{port: 4140}]
              interpreter: {kind: io.l5d.fs, dtabFile: /nope}
            """,
            "f.yaml:4:44: routers[0].interpreter.dtabFile: '/nope' is not an existing file; create"
                + " it, or name another"),
        Arguments.of(
            """
            routers:
            - protocol: http
              servers: [{port: 4140}]
              client: {tls: {disableValidation: true, clientAuth: {certPath: /c, keyPath: /k}}}
            """,
            "f.yaml:4:55: routers[0].client.tls.clientAuth: needs validation; remove it, or remove"
                + " 'disableValidation'"),
        Arguments.of(
            """
            routers:
            - protocol: http
              servers: [{port: 4140}]
              client: {tls: {trustCertsBundle: pom.xml}}
            """,
            "f.yaml:4:17: routers[0].client.tls.commonName: is missing; write the name to be"
                + " verified, or 'disableValidation: true' to trust anybody"),
        Arguments.of(
            "namers: [{kind: io.l5d.rewrite, pattern: \"/a\", name: \"/b\"}]\n" + ROUTER,
            "f.yaml:1:10: namers[0].prefix: is missing; write one, such as /rewritten"),
        Arguments.of(
            "telemetry: [{kind: io.l5d.recentRequests}]\n" + ROUTER,
            "f.yaml:1:13: telemetry[0].sampleRate: is missing; write a share from 0.0 to 1.0"));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void aRejectedFileIsRefusedAtItsPlace(String yaml, String fault) {
    assertThat(faults(yaml)).contains(fault);
  }

  @Test
  void theConsulExampleIsAccepted() {
    assertThat(
            faults(
                """
                namers:
                - kind: io.l5d.consul
                  host: consul-agent
                  useHealthCheck: true
                  healthStatuses: [passing, warning]
                  includeTag: true
                  consistencyMode: stale
                  weights: [{tag: canary, weight: 0.1}]
                """
                    + ROUTER))
        .isEmpty();
  }

  @Test
  void bothHalvesOfTheNamerdExampleSayThatNamerdIsNotBuilt() {
    assertThat(
            faults(
                """
                storage: {kind: io.l5d.consul, host: consul, pathPrefix: /l5d/dtabs}
                namers: [{kind: io.l5d.consul, host: consul, useHealthCheck: true}]
                interfaces:
                - {kind: io.l5d.httpController, ip: 0.0.0.0}
                - {kind: io.l5d.mesh, ip: 0.0.0.0}
                """))
        .containsExactly(
            "f.yaml:1:1: storage: known, not built yet; this is a namerd's: keep rules in a file or"
                + " in Consul's KV store",
            "f.yaml:3:1: interfaces: known, not built yet; this is a namerd's: keep rules in a file"
                + " or in Consul's KV store");
    assertThat(
            faults(
                """
                routers:
                - protocol: http
                  interpreter: {kind: io.l5d.mesh, dst: /$/inet/namerd/4321, root: /prod}
                  servers: [{port: 4140}]
                """))
        .containsExactly(
            "f.yaml:3:23: routers[0].interpreter.kind: 'io.l5d.mesh' is known, not built yet; use"
                + " default, io.l5d.fs or io.l5d.consul.interpreter");
  }

  @Test
  void jsonIsReadAsYamlIs() {
    String json =
        """
        {"routers": [{"protocol": "http", "servers": [{"port": 4140}, {"port": "4141"}],
          "label": null, "prot": 1}]}
        """;

    assertThat(faults(json))
        .containsExactly(
            "f.yaml:1:72: routers[0].servers[1].port: '4141' is a text, not a port; remove the"
                + " quotes",
            "f.yaml:2:18: routers[0].prot: unknown key; remove it");
  }
}
