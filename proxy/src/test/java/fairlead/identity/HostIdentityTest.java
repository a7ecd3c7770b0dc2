package fairlead.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import fairlead.config.LookupException;
import fairlead.config.Variables;
import fairlead.discovery.consul.FakeConsul;
import fairlead.identity.FakeMetadata.Imds;
import fairlead.tls.ClientTls;
import fairlead.tls.TlsServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostIdentityTest {
  private static final String URI = "ECS_CONTAINER_METADATA_URI_V4";
  private static final String FILE = "ECS_CONTAINER_METADATA_FILE";
  private static final Map<String, String> INSTANCE = FakeMetadata.instance("10.1.0.11");

  private final List<String> log = new ArrayList<>();

  @TempDir Path folder;

  private HostIdentity identity(Machine machine) {
    return new HostIdentity(machine, Machines.NO_CONSUL, log::add);
  }

  private static String failure(HostIdentity identity) {
    var e = catchThrowableOfType(LookupException.class, identity::resolve);
    return e.getMessage() + "\n" + String.join("\n", e.details());
  }

  @ParameterizedTest
  @CsvSource({"V2_ONLY, IMDSv2", "V1_AND_V2, IMDSv2", "V1_ONLY, IMDSv1"})
  void takesTheInstancesAddressFromEc2Metadata(Imds imds, String version) throws Exception {
    try (var fake = new FakeMetadata(imds, INSTANCE)) {
      var identity = identity(Machines.container(Map.of(), fake.bind("127.0.0.1", 0)));

      HostAddress found = identity.resolve();

      assertThat(found.address().getHostAddress()).isEqualTo("10.1.0.11");
      assertThat(found.reason()).contains(version);
      assertThat(log)
          .singleElement()
          .asString()
          .startsWith("this host's address is 10.1.0.11: EC2");
    }
  }

  @Test
  void asksOnceHoweverOftenItIsAsked() throws Exception {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, INSTANCE)) {
      var identity = identity(Machines.container(Map.of(), fake.bind("127.0.0.1", 0)));

      identity.resolve();
      identity.resolve();

      assertThat(fake.requests())
          .containsExactly("PUT /latest/api/token", "GET /latest/meta-data/local-ipv4");
    }
  }

  @Test
  void fault35_hangIsBoundedAndNamesTheHopLimit() throws Exception {
    try (var fake = new FakeMetadata(Imds.HOP_LIMIT_1, INSTANCE)) {
      String base = fake.bind("127.0.0.1", 0);
      var machine = Machines.container(Map.of(), base);
      var identity = identity(Machines.with(machine, Duration.ofSeconds(1), machine.waiting()));

      assertThat(failure(identity))
          .contains("token: no answer within 1000 ms; then without one, ")
          .contains("--http-put-response-hop-limit 2");
    }
  }

  @Test
  void fault35_silenceIsTriedTwiceForATokenAndOnceWithout() throws Exception {
    try (var fake = new FakeMetadata(Imds.HANGS, INSTANCE)) {
      var machine = Machines.container(Map.of(), fake.bind("127.0.0.1", 0));
      var identity = identity(Machines.with(machine, Duration.ofMillis(500), machine.waiting()));

      assertThat(failure(identity)).contains("no answer within 500 ms").contains("DOCKER-USER");
      assertThat(fake.requests())
          .containsExactly(
              "PUT /latest/api/token", "PUT /latest/api/token", "GET /latest/meta-data/local-ipv4");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FORBIDDEN | 403: it is switched off or forbidden; enable it",
        "NOT_FOUND | 404: there is no 'local-ipv4'",
        "WRONG_CONTENT | answered '<html><body>Welcome to nginx!</body></ht…' for the address",
      })
  void fault35_refusalsAndWrongContentAreTold(Imds imds, String told) throws Exception {
    try (var fake = new FakeMetadata(imds, INSTANCE)) {
      var identity = identity(Machines.container(Map.of(), fake.bind("127.0.0.1", 0)));

      assertThat(failure(identity)).contains(told);
    }
  }

  @Test
  void fault35_unauthorizedTokenIsRenewedOnce() throws Exception {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, INSTANCE)) {
      var metadata =
          new Ec2Metadata(new MetadataClient(Duration.ofSeconds(10)), fake.bind("127.0.0.1", 0));
      metadata.get("instance-id");
      fake.forgetTokens();

      assertThat(metadata.get("local-ipv4").text()).isEqualTo("10.1.0.11");
      assertThat(fake.requests())
          .containsExactly(
              "PUT /latest/api/token",
              "GET /latest/meta-data/instance-id",
              "GET /latest/meta-data/local-ipv4",
              "PUT /latest/api/token",
              "GET /latest/meta-data/local-ipv4");
    }
  }

  @Test
  void fault36_waitsForTheMetadataFileToBeReady() throws Exception {
    Path file = folder.resolve("metadata.json");
    Files.writeString(file, "{\"MetadataFileStatus\":\"UNFINISHED\"");
    var looks = new ArrayList<Duration>();
    var machine = Machines.container(Map.of(FILE, file.toString()), Machines.NOBODY);
    Machine.Waiting becomesReady =
        pause -> {
          looks.add(pause);
          return looks.size() < 5 || write(file, "10.1.0.11");
        };

    HostAddress found = identity(Machines.with(machine, machine.limit(), becomesReady)).resolve();

    assertThat(found.address().getHostAddress()).isEqualTo("10.1.0.11");
    assertThat(found.reason()).isEqualTo("container metadata file");
    assertThat(looks).hasSize(5);
  }

  @Test
  void fault36_givesUpOnAMetadataFileThatNeverGetsReady() throws Exception {
    Path file = folder.resolve("metadata.json");
    Files.writeString(file, "{\"Cluster\":\"mesh\"}");
    var identity = identity(Machines.container(Map.of(FILE, file.toString()), Machines.NOBODY));

    assertThat(failure(identity)).contains("metadata.json: not READY after 3000 ms");
  }

  private static boolean write(Path file, String address) {
    try {
      Files.writeString(
          file,
          """
          {"Cluster":"mesh","MetadataFileStatus":"READY","HostPrivateIPv4Address":"%s"}"""
              .formatted(address));
      return true;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void takesTheDefaultRoutesInterfaceInHostNetworkMode() throws Exception {
    try (var fake = new FakeMetadata(Imds.NOT_FOUND, Map.of()).task("host", "")) {
      String uri = fake.bind("127.0.0.1", 0) + "/v4/me";

      HostAddress found = identity(Machines.onHostNetwork(Map.of(URI, uri))).resolve();

      assertThat(found.address().getHostAddress()).isEqualTo("10.1.0.11");
      assertThat(found.reason()).isEqualTo("own interface ens5 (host network mode)");
    }
  }

  @Test
  void takesTheDefaultRoutesInterfaceOutsideOfContainers() throws Exception {
    HostAddress found = identity(Machines.host(Map.of())).resolve();

    assertThat(found.reason()).isEqualTo("own interface ens5 (not in a container)");
  }

  @Test
  void takesTheTasksOwnAddressInAwsvpcMode() throws Exception {
    try (var fake = new FakeMetadata(Imds.NOT_FOUND, Map.of()).task("awsvpc", "10.9.0.7")) {
      String uri = fake.bind("127.0.0.1", 0) + "/v4/me";
      var identity = identity(Machines.container(Map.of(URI, uri), Machines.NOBODY));

      assertThat(identity.resolve().address().getHostAddress()).isEqualTo("10.9.0.7");
      assertThat(identity.name()).isEqualTo("task-1.ec2.internal");
    }
  }

  @Test
  void takesTheConsulAgentsWordWhenItIsReachedOverLoopback() throws Exception {
    try (var fake = new FakeMetadata(Imds.NOT_FOUND, Map.of())) {
      fake.document("/v1/agent/self", "{\"Member\":{\"Name\":\"host-a\",\"Addr\":\"10.1.0.11\"}}");
      var identity =
          new HostIdentity(
              Machines.container(Map.of(), Machines.NOBODY),
              place(fake.bind("127.0.0.1", 0)),
              log::add);

      assertThat(identity.resolve().address().getHostAddress()).isEqualTo("10.1.0.11");
      assertThat(identity.resolve().reason()).endsWith("reached over loopback");
      assertThat(identity.name()).isEqualTo("host-a");
    }
  }

  private static ConsulPlace place(String base) {
    return new ConsulPlace(
        "127.0.0.1", Integer.parseInt(base.substring(base.lastIndexOf(':') + 1)), null, null);
  }

  @Test
  void asksAnAgentThatIsReachedOverTlsOnly() throws Exception {
    try (var agent = FakeConsul.on(TlsServer.listen(folder))) {
      var trust = List.of(folder.resolve("cert.pem"));
      answering(agent);

      var found = overTls(agent, new ClientTls("consul.test", false, trust, null, List.of()));

      assertThat(found.resolve().address().getHostAddress()).isEqualTo("10.1.0.11");
      assertThat(found.resolve().reason())
          .isEqualTo("Consul agent https://127.0.0.1:" + agent.port() + ", reached over loopback");
    }
  }

  @Test
  void anAgentThatCannotBeVerifiedIsNotBelieved() throws Exception {
    try (var agent = FakeConsul.on(TlsServer.listen(folder))) {
      var trust = List.of(folder.resolve("cert.pem"));

      var otherName = overTls(agent, new ClientTls("other.test", false, trust, null, List.of()));
      var stranger =
          overTls(agent, new ClientTls("consul.test", false, List.of(), null, List.of()));
      var noFile =
          overTls(
              agent,
              new ClientTls(
                  "consul.test", false, List.of(folder.resolve("none")), null, List.of()));

      assertThat(failure(otherName)).contains("https://127.0.0.1", "TLS: ", "mend 'tls'");
      assertThat(failure(stranger)).contains("https://127.0.0.1", "TLS: ", "mend 'tls'");
      assertThat(failure(noFile)).contains("none is not there", "mend 'tls'");
      assertThat(agent.asked()).isFalse();
    }
  }

  private HostIdentity overTls(FakeConsul agent, ClientTls tls) {
    return new HostIdentity(
        Machines.container(Map.of(), Machines.NOBODY),
        new ConsulPlace("127.0.0.1", agent.port(), null, tls),
        log::add);
  }

  private static void answering(FakeConsul agent) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                agent.next().ok("{\"Member\":{\"Name\":\"host-a\",\"Addr\":\"10.1.0.11\"}}");
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  @Test
  void listsEveryAttemptWhenNothingAnswers() {
    var identity = identity(Machines.container(Map.of(), Machines.NOBODY));

    assertThat(failure(identity))
        .isEqualTo(
            """
            no address of this host could be found; set it yourself, or mend one of these:
            Consul agent http://127.0.0.1:1: connection refused; run a Consul agent on this host
            container metadata file: ECS_CONTAINER_METADATA_FILE is not set; set ECS_ENABLE_CONTAINER_METADATA=true for the ECS agent
            own interfaces: the network mode is unknown; use host network mode
            ECS task metadata: ECS_CONTAINER_METADATA_URI_V4 is not set; run as an ECS task (agent 1.39 or later)
            EC2 metadata http://127.0.0.1:1/latest/meta-data/local-ipv4: token: connection refused; then without one, connection refused; run on EC2, and let this container reach it (host network mode or hop limit 2, no ECS_AWSVPC_BLOCK_IMDS, no DOCKER-USER rule against it)""");
  }

  private static String value(Map<String, Variables.Source> sources, String name, String argument)
      throws LookupException {
    return Objects.requireNonNull(sources.get(name)).value(argument);
  }

  @Test
  void answersTheVariablesOfEc2EcsAndHost() throws Exception {
    try (var fake = new FakeMetadata(Imds.V2_ONLY, INSTANCE).task("bridge", "172.17.0.5")) {
      String base = fake.bind("127.0.0.1", 0);
      var sources = identity(Machines.container(Map.of(URI, base + "/v4/me"), base)).sources();

      assertThat(value(sources, "ec2", "placement/availability-zone")).isEqualTo("eu-west-1a");
      assertThat(value(sources, "ecs", "Cluster")).isEqualTo("mesh");
      assertThat(value(sources, "ecs", "Networks.0.NetworkMode")).isEqualTo("bridge");
      assertThat(value(sources, "host", "ip")).isEqualTo("10.1.0.11");
      assertThat(value(sources, "host", "name")).isEqualTo("ip-10-1-0-11.ec2.internal");
      var e = catchThrowableOfType(LookupException.class, () -> value(sources, "host", "mac"));
      assertThat(e).hasMessageContaining("write ${host:ip} or ${host:name}");
    }
  }
}
