package fairlead.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.control.ControlResult.Cause;
import fairlead.config.Secret;
import fairlead.discovery.NamerConfig.Consistency;
import fairlead.discovery.NamerConfig.HealthStatus;
import fairlead.discovery.NamerConfig.TagWeight;
import fairlead.naming.Addr;
import fairlead.naming.Path;
import fairlead.recorder.FlightRecorder;
import fairlead.recorder.FlightRecorder.Kind;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rows of {@code spec/discovery.md} §3, one by one. */
class ConsulNamerTest {
  private static final String SELF =
      """
      {"Config":{"Datacenter":"dc1","NodeName":"n1"},"DebugConfig":{"DNSDomain":"consul."},"Member":{"Addr":"10.0.0.1"}}
      """;

  @Test
  void catalogIsAskedByDefaultAndNotBlocking() {
    var bench = new Bench();

    bench.observe("dc1", "web");

    var question = bench.agent.next();
    assertThat(question.target()).isEqualTo("/v1/catalog/service/web?dc=dc1");
    assertThat(question.request().held()).isFalse();
    assertThat(question.request().headers()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "false, PASSING, /v1/catalog/service/web?dc=dc1",
    "true, PASSING, /v1/health/service/web?dc=dc1&passing=true",
    "true, WARNING, /v1/health/service/web?dc=dc1&passing=false",
  })
  void endpointAndFilterFollowTheHealthOptions(
      boolean useHealthCheck, HealthStatus status, String target) {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = useHealthCheck;
              c.healthStatuses = Set.of(status);
            });

    bench.observe("dc1", "web");

    assertThat(bench.agent.next().target()).isEqualTo(target);
  }

  @ParameterizedTest
  @CsvSource({
    "DEFAULT, /v1/catalog/service/web?dc=dc1",
    "STALE, /v1/catalog/service/web?stale=true&dc=dc1",
    "CONSISTENT, /v1/catalog/service/web?consistent=true&dc=dc1",
  })
  void consistencyModeIsAParameter(Consistency mode, String target) {
    var bench = new Bench(c -> c.consistency = mode);

    bench.observe("dc1", "web");

    assertThat(bench.agent.next().target()).isEqualTo(target);
  }

  @Test
  void tokenIsSentWithEachRequest() {
    var bench = new Bench(c -> c.token = new Secret("s3cret"));

    bench.observe("dc1", "web");

    assertThat(bench.agent.next().request().headers()).containsEntry("X-Consul-Token", "s3cret");
  }

  @Test
  void idKeepsTheSpellingAndTheQueryIsLowerCase() {
    var bench = new Bench();

    var seen = bench.observe("dc1", "Web", "v1");
    var question = bench.agent.next();
    bench.control.run(
        () -> question.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(question.target()).isEqualTo("/v1/catalog/service/web?dc=dc1");
    assertThat(seen.bound().id()).isEqualTo(Path.of("#", "io.l5d.consul", "dc1", "Web"));
    assertThat(seen.bound().residual()).isEqualTo(Path.of("v1"));
  }

  /** The recorder is the process's, and takes so many events a second: others may fill it. */
  @Test
  void addressesThatCameAreInTheFlightRecorder() {
    long end = System.nanoTime() + 20_000_000_000L;
    for (int n = 0; !isRecorded("recorded" + n); n++) {
      assertThat(System.nanoTime()).as("tries: %s", n).isLessThan(end);
    }
  }

  private static boolean isRecorded(String service) {
    var bench = new Bench();
    var _ = bench.observe("dc1", service);
    var question = bench.agent.next();
    bench.control.run(
        () -> question.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    return FlightRecorder.process().lines(null, Set.of(Kind.DISCOVERY)).stream()
        .anyMatch(
            event ->
                event.contains("/" + service + "\"")
                    && event.contains("1 addresses; came: 10.0.0.1:80"));
  }

  @Test
  void includeTagTakesOneElementMore() {
    var bench = new Bench(c -> c.includeTag = true);

    var seen = bench.observe("dc1", "Prod", "web", "x");
    var question = bench.agent.next();
    bench.control.run(
        () -> question.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(question.target()).isEqualTo("/v1/catalog/service/web?dc=dc1&tag=prod");
    assertThat(seen.bound().id()).isEqualTo(Path.of("#", "io.l5d.consul", "dc1", "Prod", "web"));
  }

  @Test
  void tooShortPathIsNegWithoutAQuestion() {
    var bench = new Bench(c -> c.includeTag = true);

    var seen = bench.observe("dc1", "web");

    assertThat(seen.neg()).isTrue();
    assertThat(bench.agent.waiting()).isZero();
  }

  @Test
  void serviceNameIsEscaped() {
    var bench = new Bench();

    bench.observe("dc1", "a b/c?d\u00e9");

    assertThat(bench.agent.next().target())
        .isEqualTo("/v1/catalog/service/a%20b%2Fc%3Fd%E9?dc=dc1");
  }

  @Test
  void onePollServesAllSpellingsAndResiduals() {
    var bench = new Bench();

    bench.observe("dc1", "web");
    bench.observe("dc1", "WEB", "v1");
    bench.observe("dc1", "Web", "v2");

    assertThat(bench.agent.waiting()).isEqualTo(1);
    assertThat(bench.metric("lookups")).isEqualTo(3);
    assertThat(bench.metric("service/cached")).isEqualTo(1);
    assertThat(bench.metric("service/opens")).isEqualTo(1);
  }

  @Test
  void countersAreAlsoFoundUnderLinkerdsDoubledPrefix() {
    var bench = new Bench();
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, "[]"));
    bench.nextWithin(Duration.ofSeconds(1)).fail(Cause.REFUSED);
    bench.control.runUntilIdle();
    seen.leave();

    for (String name :
        List.of(
            "lookups", "service/cached", "service/opens", "service/closes", "service/updates")) {
      assertThat(bench.metric(name)).as(name).isEqualTo(1);
      assertThat(bench.metric("#/io.l5d.consul/" + name)).as(name).isEqualTo(1);
    }
    assertThat(bench.metric("#/io.l5d.consul/service/errors")).isEqualTo(1);
  }

  @Test
  void failFastAsksAnAgentThatIsAwayForOneNameAtATime() {
    var bench = new Bench(c -> c.failFast = true);
    bench.observe("dc1", "web");
    bench.observe("dc1", "other");
    bench.answer(q -> q.fail(Cause.REFUSED));
    bench.answer(q -> q.fail(Cause.REFUSED));

    bench.advance(Duration.ofMillis(499));
    assertThat(bench.agent.waiting()).isZero();
    bench.nextWithin(Duration.ofSeconds(2)).ok(5, "[]");
    bench.control.runUntilIdle();

    assertThat(bench.nextWithin(Duration.ofSeconds(2)).target()).contains("/v1/catalog/service/");
  }

  @Test
  void localDatacenterIsAskedOfTheAgentOnce() {
    var bench = new Bench();

    var seen = bench.observe(".local", "web");
    assertThat(seen.pending()).isTrue();
    var self = bench.agent.next();
    bench.control.run(() -> self.answer(200, Map.of(), SELF));
    bench.observe(".local", "other");

    assertThat(self.target()).isEqualTo("/v1/agent/self");
    assertThat(bench.agent.next().target()).isEqualTo("/v1/catalog/service/web?dc=dc1");
    assertThat(bench.agent.next().target()).isEqualTo("/v1/catalog/service/other?dc=dc1");
  }

  @Test
  void localKeepsItsSpellingInTheId() {
    var bench = new Bench();

    var seen = bench.observe(".local", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(seen.bound().id()).isEqualTo(Path.of("#", "io.l5d.consul", ".local", "web"));
  }

  @ParameterizedTest
  @CsvSource({"403", "500", "200"})
  void agentSelfIsTriedAgainAfterAnyFailure(int status) {
    var bench = new Bench();

    var seen = bench.observe(".local", "web");
    bench.answer(q -> q.answer(status, Map.of(), "{\"Config\":{}}"));
    assertThat(seen.neg()).isTrue();
    var again = bench.nextWithin(Duration.ofSeconds(5));
    bench.control.run(() -> again.answer(200, Map.of(), SELF));
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(again.target()).isEqualTo("/v1/agent/self");
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void unknownServiceIsNeg() {
    var bench = new Bench();

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, "[]"));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void registeredButAllUnhealthyIsNeg() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.healthStatuses = Set.of(HealthStatus.PASSING, HealthStatus.WARNING);
            });

    var seen = bench.observe("dc1", "web");
    bench.answer(
        q -> q.ok(5, Json.list(Json.instance("w", "10.0.0.1", 80, Json.check("c", "critical")))));

    assertThat(seen.neg()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "passing, passing, PASSING",
    "passing, warning, WARNING",
    "warning, critical, CRITICAL",
    "passing, unheard-of, PASSING",
    "critical, maintenance, MAINTENANCE",
  })
  void statusIsTheWorstOfTheChecks(String first, String second, HealthStatus worst)
      throws UnreadableAnswer {
    var json =
        Json.list(
            Json.instance("w", "10.0.0.1", 80, Json.check("a", first), Json.check("b", second)));

    var instances = AnswerReader.health(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(instances).extracting(Instance::status).containsExactly(worst);
  }

  @Test
  void noChecksCountAsPassing() throws UnreadableAnswer {
    var json = Json.list(Json.instance("w", "10.0.0.1", 80));

    var instances = AnswerReader.health(json.getBytes(java.nio.charset.StandardCharsets.UTF_8));

    assertThat(instances).extracting(Instance::status).containsExactly(HealthStatus.PASSING);
  }

  @ParameterizedTest
  @CsvSource({
    "true, 10.0.9.2, 10.0.9.2:80",
    "false, 10.0.9.2, 10.0.0.1:80",
    "false, '', 10.0.0.1:80",
  })
  void preferServiceAddressChoosesTheAddress(boolean prefer, String address, String expected) {
    var bench = new Bench(c -> c.preferServiceAddress = prefer);

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", address, "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly(expected);
  }

  @Test
  void fault17_emptyServiceAddressMeansTheNodes() {
    var bench = new Bench(c -> c.useHealthCheck = true);

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.instance("w", "", 80))));

    assertThat(seen.endpoints()).containsExactly("10.9.9.9:80");
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.2, 0", "10.0.0.2, ''", "'', 80", "10.0.0.2, 70000"})
  void instanceWithoutAddressOrPortIsLeftOut(String address, String port) {
    var bench = new Bench();

    var seen = bench.observe("dc1", "web");
    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.catalog("bad", "", address, port, "[]"),
                    Json.catalog("good", "10.0.0.1", "", "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @ParameterizedTest
  @CsvSource({
    "169.254.169.254",
    "169.254.170.2",
    "0.0.0.0",
    "224.0.0.1",
    "fd00:ec2::254",
    "'::'",
    "fe80::1",
    "::ffff:169.254.169.254",
    "::169.254.169.254",
  })
  void threat57_addressThatIsNoServicesIsLeftOut(String address) {
    var bench = new Bench();

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "", address, "80", "[]"))));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void threat57_instanceIsDroppedWithAReason() throws UnknownHostException {
    var bench = new Bench();
    bench.hosts.put("imds.example", List.of(InetAddress.getByName("169.254.169.254")));
    var seen = bench.observe("dc1", "web");

    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.catalog("a", "", "imds.example", "80", "[]"),
                    Json.catalog("b\\u001b[31m\\r\\n", "", "10.0.0.2", "0", "[]"),
                    Json.catalog("c", "", "h\\r\\nX: y", "80", "[]"),
                    Json.catalog("d", "", "x".repeat(1 << 20), "80", "[]"),
                    Json.catalog("e", "", "nobody.example", "80", "[]"),
                    Json.catalog("good", "10.0.0.1", "", "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    assertThat(bench.metric("service/dropped")).isEqualTo(5);
    assertThat(bench.namer.adminState().toString())
        .contains(
            "dropped=[a at imds.example:80: 169.254.169.254 cannot be a service's address, "
                + "b?[31m?? at 10.0.0.2:0: no port to connect to, "
                + "c at h??X: y:80: no address or host name, "
                + "d at "
                + "x".repeat(60)
                + "…:80: no address or host name, "
                + "e at nobody.example:80: unknown host name]");
  }

  @Test
  void threat57_metadataWithLineBreaksIsLeftOut() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.transferMetadata = true;
            });
    String meta = "{\"authority\":\"a\\r\\nX: y\",\"ok\":\"v\"}";

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.tagged("w", "10.0.0.1", 80, "[]", meta))));

    assertThat(seen.live().metadata()).isEqualTo(Map.of("ok", "v"));
  }

  @Test
  void ipv6AddressIsTaken() {
    var bench = new Bench();

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "", "2001:db8::7", "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly("[2001:db8:0:0:0:0:0:7]:80");
  }

  @Test
  void hostNameBecomesAllItsAddresses() throws UnknownHostException {
    var bench = new Bench();
    bench.hosts.put(
        "db.example",
        List.of(InetAddress.getByName("10.1.0.1"), InetAddress.getByName("10.1.0.2")));

    var seen = bench.observe("dc1", "web");
    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.catalog("w", "", "db.example", "80", "[]"),
                    Json.catalog("x", "", "unknown.example", "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly("10.1.0.1:80", "10.1.0.2:80");
  }

  @Test
  void fault31_hostNameThatFailsLaterKeepsItsAddresses() throws UnknownHostException {
    var bench = new Bench();
    bench.hosts.put("db.example", List.of(InetAddress.getByName("10.1.0.1")));
    var seen = bench.observe("dc1", "web");
    String json = Json.list(Json.catalog("w", "", "db.example", "80", "[]"));
    bench.answer(q -> q.ok(5, json));

    bench.hosts.clear();
    bench.advance(Duration.ofSeconds(30));
    bench.answer(q -> q.ok(6, json));

    assertThat(seen.endpoints()).containsExactly("10.1.0.1:80");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {"[\"primary\",\"big\"];10.0.0.1:80 * 100.0", "[\"x\"];10.0.0.1:80"})
  void weightIsTheLargestOfTheListedTags(String tags, String expected) {
    var bench =
        new Bench(c -> c.weights = List.of(new TagWeight("primary", 100), new TagWeight("big", 3)));

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", tags))));

    assertThat(seen.endpoints()).containsExactly(expected);
  }

  @Test
  void transferMetadataTakesTheFirstServicesAndEachNodes() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.transferMetadata = true;
            });

    var seen = bench.observe("dc1", "web");
    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.tagged("a", "10.0.0.1", 80, "[]", "{\"version\":\"1\"}"),
                    Json.tagged("b", "10.0.0.2", 80, "[]", "{\"version\":\"2\"}"))));

    assertThat(seen.live().metadata()).isEqualTo(Map.of("version", "1"));
    assertThat(seen.live().endpoints())
        .allSatisfy(e -> assertThat(e.metadata()).isEqualTo(Map.of("rack", "r1")));
  }

  @Test
  void metadataStaysOutByDefault() {
    var bench = new Bench(c -> c.useHealthCheck = true);

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.tagged("a", "10.0.0.1", 80, "[]", "{\"v\":\"1\"}"))));

    assertThat(seen.live().metadata()).isEmpty();
    assertThat(seen.live().endpoints()).allSatisfy(e -> assertThat(e.metadata()).isEmpty());
  }

  @Test
  void setHostNamesTheServiceInTheAgentsDomain() {
    var bench = new Bench(c -> c.setHost = true);

    var seen = bench.observe(".local", "Web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(seen.live().metadata())
        .isEqualTo(Map.of(Addr.Live.AUTHORITY, "web.service.dc1.consul"));
  }

  @Test
  void setHostPutsTheTagInFront() {
    var bench =
        new Bench(
            c -> {
              c.setHost = true;
              c.includeTag = true;
            });

    var seen = bench.observe("dc2", "Prod", "web");
    bench.answer(q -> q.answer(200, Map.of(), SELF));
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    assertThat(seen.live().metadata())
        .isEqualTo(Map.of(Addr.Live.AUTHORITY, "prod.web.service.dc2.consul"));
  }

  @Test
  void workedExampleOfTheSpecification() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.healthStatuses = EnumSet.of(HealthStatus.PASSING, HealthStatus.WARNING);
              c.includeTag = true;
              c.consistency = Consistency.STALE;
              c.weights = List.of(new TagWeight("canary", 0.1));
            });

    var seen = bench.observe("dc1", "prod", "web");
    var question = bench.agent.next();
    String ok = Json.check("c", "passing");
    bench.control.run(
        () ->
            question.ok(
                7,
                Json.list(
                    Json.tagged("n1", "", 80, "[\"prod\"]", "{}", ok, Json.check("d", "warning")),
                    Json.tagged("n2", "10.0.9.2", 8080, "[\"prod\",\"canary\"]", "{}", ok),
                    Json.instance("n3", "10.0.0.3", 80, Json.check("c", "critical")))));

    assertThat(question.target())
        .isEqualTo("/v1/health/service/web?stale=true&dc=dc1&tag=prod&passing=false");
    assertThat(seen.endpoints()).containsExactly("10.0.9.2:8080 * 0.1", "10.9.9.9:80");
  }

  @Test
  void equalAnswerIsNotToldAgain() {
    var bench = new Bench();
    var seen = bench.observe("dc1", "web");
    String json = Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"));
    bench.answer(q -> q.ok(5, json));

    bench.nextWithin(Duration.ofSeconds(1)).ok(9, json);
    bench.control.runUntilIdle();

    assertThat(seen.states).hasSize(2);
    assertThat(bench.metric("service/updates")).isEqualTo(2);
  }

  @Test
  void queryEndsWithTheLastObserver() {
    var bench = new Bench();
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    bench.advance(Duration.ofSeconds(1));

    seen.leave();
    bench.answer(q -> q.ok(6, "[]"));
    bench.advance(Duration.ofHours(1));

    assertThat(bench.agent.waiting()).isZero();
    assertThat(bench.control.timers()).isZero();
    assertThat(bench.metric("service/closes")).isEqualTo(1);
  }

  @Test
  void heldQueryIsTakenOverByTheNextObserver() {
    var bench = new Bench();
    var first = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    bench.advance(Duration.ofSeconds(1));
    first.leave();

    var second = bench.observe("dc1", "web");

    assertThat(second.endpoints()).containsExactly("10.0.0.1:80");
    assertThat(bench.agent.waiting()).as("still one held query").isEqualTo(1);
  }

  @Test
  void waitGetsShorterWhenServicesOutnumberConnections() {
    var bench = new Bench(c -> c.maxConnections = 10);
    for (int i = 0; i < 90; i++) {
      bench.observe("dc1", "s" + i);
    }

    bench.answer(q -> q.ok(5, "[]"));

    for (int i = 1; i < 90; i++) {
      assertThat(bench.agent.next().request().held()).isFalse();
    }
    var held = bench.nextWithin(Duration.ofSeconds(1));
    assertThat(held.target()).endsWith("&index=5&wait=1000ms");
  }

  @Test
  void namingPageTellsStateAndPoll() {
    var bench = new Bench();
    bench.observe("dc1", "web", "v1");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));

    var page = bench.namer.adminState();

    assertThat(page).containsOnlyKeys("/dc1/web/v1");
    assertThat(page.toString())
        .contains(
            "running=true",
            "lastStartedAt=2026-11-23 20:12:00 +0000",
            "value=[10.0.0.1:80]",
            "request=/v1/catalog/service/web?dc=dc1",
            "index=5",
            "knownLeader=true");
  }
}
