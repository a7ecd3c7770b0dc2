package fairlead.discovery.consul;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.control.ControlResult.Cause;
import fairlead.discovery.NamerConfig.HealthStatus;
import fairlead.naming.Addr;
import fairlead.naming.Endpoint;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines of {@code spec/faults.md}, on fake time against a scripted agent. */
class ConsulFaultsTest {
  private static final Duration LONG = Duration.ofSeconds(6);
  private static final String ONE = Json.passing("10.0.0.1");

  /** As a snapshot has it. */
  private static final String SERVICE =
      "{\"datacenter\":\"dc1\",\"tag\":null,\"service\":\"web\","
          + "\"at\":\"2026-01-02T03:04:05.678Z\",\"endpoints\":[{\"ip\":\"10.0.0.1\",\"port\":80,"
          + "\"weight\":1.0,\"metadata\":{\"rack\":\"r1\"}}],\"metadata\":{}}";

  @TempDir Path dir;

  private static Bench health() {
    return new Bench(c -> c.useHealthCheck = true);
  }

  private static Bench.Seen bound(Bench bench) {
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(50, ONE));
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    return seen;
  }

  private static void answerWithin(
      Bench bench, java.util.function.Consumer<ScriptedAgent.Question> how) {
    var question = bench.nextWithin(LONG);
    bench.control.run(() -> how.accept(question));
  }

  @ParameterizedTest
  @EnumSource(value = Cause.class)
  void keepsTheLastGoodSetThroughEveryBrokenConnection(Cause cause) {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.fail(cause));
    answerWithin(bench, q -> q.fail(cause));

    assertThat(seen.states).hasSize(2);
    assertThat(bench.metric("service/errors")).isEqualTo(2);
  }

  /** Of an agent that died and is back. */
  private static void restart(Bench bench) {
    answerWithin(bench, q -> q.fail(Cause.RESET));
    answerWithin(bench, q -> q.error(500, "No cluster leader"));
  }

  private static Bench.Seen boundToTwo(Bench bench) {
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(50, Json.passing("10.0.0.1", "10.0.0.2")));
    return seen;
  }

  @Test
  void fault01_whatARestartedAgentHasNotToldYetIsKept() {
    var bench = health();
    var seen = boundToTwo(bench);
    restart(bench);

    answerWithin(bench, q -> q.ok(51, Json.passing("10.0.0.2", "10.0.0.3")));
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
    assertThat(bench.metric("service/shrink_held")).isEqualTo(1);
    assertThat(bench.namer.adminState().toString()).contains("held=true");
    String all = Json.passing("10.0.0.1", "10.0.0.2", "10.0.0.3");
    confirmFor(bench, Duration.ofSeconds(1), 52, all);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80", "10.0.0.3:80");
    assertThat(bench.namer.adminState().toString()).contains("held=false", "ageMs=0");
  }

  @Test
  void fault01_restartBetweenTwoQuestionsIsNoticedByItsConnections() {
    var bench = health();
    var seen = boundToTwo(bench);

    bench.agent.interrupt();
    answerWithin(bench, q -> q.ok(51, ONE));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    assertThat(bench.nextWithin(LONG).target()).endsWith("passing=false");
  }

  @Test
  void fault01_lossAfterARestartIsBelievedWhenACheckThatRanConfirmsIt() {
    var bench = health();
    var seen = boundToTwo(bench);
    restart(bench);

    answerWithin(bench, q -> q.ok(51, ONE));
    String one = Json.instance("a", "10.0.0.1", 80, Json.check("c", "passing"));
    String ill = Json.instance("b", "10.0.0.2", 80, Json.check("c", "critical"));
    confirmFor(bench, Duration.ofMillis(20), 51, Json.list(one, ill));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault01_lossLongAfterTroubleIsBelievedAtOnce() {
    var bench = health();
    var seen = boundToTwo(bench);
    restart(bench);
    answerWithin(bench, q -> q.ok(51, Json.passing("10.0.0.1", "10.0.0.2")));
    bench.advance(Duration.ofSeconds(11));

    answerWithin(bench, q -> q.ok(52, ONE));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    assertThat(bench.metric("service/shrink_held")).isZero();
  }

  @Test
  void fault01_checkThatHasNotRunSinceTheRestartIsNoIllnessForThreeGraces() {
    var bench = health();
    var seen = bound(bench);
    String unchecked = Json.list(Json.instance("w", "10.0.0.1", 80, Json.unchecked("c")));

    answerWithin(bench, q -> q.ok(51, "[]"));
    confirmFor(bench, Duration.ofMillis(29_500), 51, unchecked);
    assertThat(seen.states).hasSize(2);
    confirmFor(bench, Duration.ofMillis(2_600), 51, unchecked);

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault01_checkThatRunsInTimeEndsTheHold() {
    var bench = health();
    var seen = bound(bench);
    String unchecked = Json.list(Json.instance("w", "10.0.0.1", 80, Json.unchecked("c")));
    String ill = Json.list(Json.instance("w", "10.0.0.1", 80, Json.check("c", "critical")));

    answerWithin(bench, q -> q.ok(51, "[]"));
    confirmFor(bench, Duration.ofSeconds(5), 51, unchecked);
    assertThat(seen.states).hasSize(2);
    confirmFor(bench, Duration.ofSeconds(3), 52, ill);

    assertThat(seen.neg()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"500, No cluster leader", "500, No known Consul servers", "503, x", "404, x"})
  void fault04_noLeaderKeepsTheSet(int status, String text) {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.answer(status, Map.of("x-consul-index", "1"), text));

    assertThat(seen.states).hasSize(2);
    assertThat(bench.nextWithin(LONG).target()).doesNotContain("index=");
  }

  @Test
  void fault02_ageGrowsWhileTheAgentIsAway() {
    var bench = health();
    var seen = bound(bench);

    for (int i = 0; i < 200; i++) {
      answerWithin(bench, q -> q.fail(Cause.REFUSED));
    }

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    assertThat(bench.metric("service/last_good_age_ms")).isGreaterThan(60_000);
    answerWithin(bench, q -> q.ok(50, ONE));
    assertThat(bench.metric("service/last_good_age_ms")).isZero();
  }

  @Test
  void fault03_firstFailureIsNegAndHealsWithinTwoSeconds() {
    var bench = health();
    var seen = bench.observe("dc1", "web");

    bench.answer(q -> q.fail(Cause.REFUSED));
    assertThat(seen.neg()).isTrue();
    for (int i = 0; i < 50; i++) {
      answerWithin(bench, q -> q.fail(Cause.REFUSED));
    }

    var question = bench.nextWithin(Duration.ofSeconds(2));
    bench.control.run(() -> question.ok(5, ONE));
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault03_snapshotOfAnEarlierLifeIsUsed() {
    var earlier = new Bench(c -> c.stateDir = dir);
    var local = earlier.observe(".local", "web");
    earlier.answer(q -> q.answer(200, Map.of(), "{\"Config\":{\"Datacenter\":\"dc1\"}}"));
    earlier.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    assertThat(local.endpoints()).containsExactly("10.0.0.1:80");
    earlier.advance(Duration.ofSeconds(2));

    var later = new Bench(c -> c.stateDir = dir);
    var seen = later.observe(".local", "web");
    later.answer(q -> q.fail(Cause.REFUSED));
    later.answer(q -> q.fail(Cause.REFUSED));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault03_slowFirstAnswerIsNotWaitedForWhenThereIsALastGoodSet() {
    var earlier = new Bench(c -> c.stateDir = dir);
    earlier.observe("dc1", "web");
    earlier.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    earlier.advance(Duration.ofSeconds(2));

    var later = new Bench(c -> c.stateDir = dir);
    var seen = later.observe("dc1", "web");
    assertThat(seen.pending()).isTrue();
    later.advance(ServiceState.PATIENCE);

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "{", "[]", "{\"version\":9}", "{\"version\":1,\"services\":[null,{}]}"})
  void fault24_damagedSnapshotIsIgnored(String content) throws IOException {
    Files.writeString(dir.resolve("consul-io.l5d.consul.json"), content);

    var bench = new Bench(c -> c.stateDir = dir);
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.fail(Cause.REFUSED));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault24_snapshotCutShortAnywhereIsIgnored() throws IOException {
    Path file = dir.resolve("consul-io.l5d.consul.json");
    var earlier = new Bench(c -> c.stateDir = dir);
    earlier.observe("dc1", "web");
    earlier.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    earlier.advance(Duration.ofSeconds(2));
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(new SnapshotFile(file).read()).isEqualTo(SnapshotFile.Snapshot.EMPTY);
    }
  }

  @Test
  void fault24_foreignFileOfAnySizeIsIgnored() throws IOException {
    Path file = dir.resolve("consul-io.l5d.consul.json");
    try (var sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }

    assertThat(new SnapshotFile(file).read()).isEqualTo(SnapshotFile.Snapshot.EMPTY);
  }

  @Test
  void fault03_snapshotGivesBackWhatWasWritten() {
    var file = new SnapshotFile(dir.resolve("deep").resolve("a.json"));
    var live =
        new Addr.Live(
            Set.of(
                new Endpoint(new InetSocketAddress("10.0.0.1", 80), 0.5, Map.of("rack", "r1")),
                new Endpoint(new InetSocketAddress("2001:db8::7", 443))),
            Map.of("authority", "web.service.dc1.consul"));
    var snapshot =
        new SnapshotFile.Snapshot(
            new AgentSelf("dc1", "consul", "10.0.0.9"),
            Map.of(
                new ServiceKey("dc1", "blue", "w\u00e9b"), new LastGoods.Good(live, Bench.START)));

    file.write(snapshot);

    assertThat(file.read()).isEqualTo(snapshot);
    assertThat(dir.resolve("deep").toFile().list()).containsExactly("a.json");
  }

  @ParameterizedTest
  @CsvSource({
    "80, 0",
    "80, 65536",
    "80, 4294967376",
    "80, 80.5",
    "80, \"http\"",
    "80, null",
    "80, {}",
    "\"port\", \"other\"",
    "1.0, 0",
    "1.0, -1.0",
    "1.0, \"heavy\"",
    "\"r1\", null",
    "\"r1\", []",
    "\"10.0.0.1\", 10",
    "\"10.0.0.1\", \"web.local\"",
    "2026-01-02, yesterday",
    "\"web\", null",
    "\"dc1\", 1",
  })
  void fault24_serviceOfASnapshotThatIsWrongIsLeftOutAlone(String right, String wrong)
      throws IOException {
    Path path = dir.resolve("a.json");
    String spoiled = SERVICE.replace(right, wrong);
    String sound = SERVICE.replace("web", "api");
    Files.writeString(path, "{\"version\":1,\"services\":[" + spoiled + "," + sound + "]}");

    assertThat(new SnapshotFile(path).read().goods())
        .containsOnlyKeys(new ServiceKey("dc1", null, "api"));
  }

  /** A process that takes over, or back, may be of another version. */
  @Test
  void fault03_snapshotOnDiskStaysAsItWas() throws IOException {
    Path path = dir.resolve("a.json");
    String text =
        "{\"version\":1,\"agent\":"
            + "{\"datacenter\":\"dc1\",\"domain\":\"consul\",\"address\":\"10.0.0.9\"},"
            + "\"services\":["
            + SERVICE
            + "]}";
    Files.writeString(path, text);

    var read = new SnapshotFile(path).read();
    new SnapshotFile(path).write(read);

    assertThat(read.self()).isEqualTo(new AgentSelf("dc1", "consul", "10.0.0.9"));
    assertThat(read.goods()).containsOnlyKeys(new ServiceKey("dc1", null, "web"));
    assertThat(path).hasContent(text);

    new SnapshotFile(path).write(SnapshotFile.Snapshot.EMPTY);
    assertThat(path).hasContent("{\"version\":1,\"agent\":null,\"services\":[]}");
  }

  /** As while one process takes over from another. */
  @Test
  void fault39_twoThatWriteTheSameSnapshotLeaveOneOfBothWhole() throws Exception {
    Path path = dir.resolve("shared").resolve("a.json");
    var first = new SnapshotFile.Snapshot(new AgentSelf("dc1", "consul", "10.0.0.9"), Map.of());
    var second =
        new SnapshotFile.Snapshot(new AgentSelf("dc2", "c".repeat(5000), "10.0.0.10"), Map.of());
    new SnapshotFile(path).write(first);
    try (var writers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : List.of(first, second)) {
        var file = new SnapshotFile(path);
        writers.execute(() -> IntStream.range(0, 50).forEach(_ -> file.write(each)));
      }
      for (int n = 0; n < 200; n++) {
        assertThat(new SnapshotFile(path).read()).isIn(first, second);
      }
    }

    assertThat(new SnapshotFile(path).read()).isIn(first, second);
    assertThat(dir.resolve("shared").toFile().list()).containsExactly("a.json");
  }

  @Test
  void fault29_snapshotThatCannotBeWrittenHurtsNobody() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    var bench = new Bench(c -> c.stateDir = file.resolve("below"));

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, Json.list(Json.catalog("w", "10.0.0.1", "", "80", "[]"))));
    bench.advance(Duration.ofSeconds(2));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void lastGoodSetOutlivesItsObservers() {
    var bench = health();
    bound(bench).leave();

    var again = bench.observe("dc1", "web");
    bench.answer(q -> q.fail(Cause.REFUSED));

    assertThat(again.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault05_deniedKeepsTheSetAndTakesARotatedToken() throws IOException {
    Path token = Files.writeString(dir.resolve("token"), "old\n");
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.tokenFile = token;
            });
    var seen = bound(bench);

    answerWithin(bench, q -> q.error(403, "ACL not found"));
    Files.writeString(token, "new\n");
    var question = bench.nextWithin(LONG);

    assertThat(question.request().headers()).containsEntry("X-Consul-Token", "new");
    assertThat(seen.states).hasSize(2);
    assertThat(bench.metric("service/errors/denied")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a\r\nX: y"})
  void fault05_tokenFileWithoutATokenKeepsTheLastOne(String content) throws IOException {
    Path token = Files.writeString(dir.resolve("token"), "good");
    var bench = new Bench(c -> c.tokenFile = token);
    bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, "[]"));

    Files.writeString(token, content);

    assertThat(bench.nextWithin(LONG).request().headers()).containsEntry("X-Consul-Token", "good");
  }

  @Test
  void fault06_overloadIsGivenASecondOrMore() {
    var bench = health();
    bound(bench);
    answerWithin(
        bench, q -> q.answer(429, Map.of(), "Your IP is issuing too many concurrent connections"));

    bench.advance(Duration.ofMillis(499));

    assertThat(bench.agent.waiting()).isZero();
    bench.nextWithin(Duration.ofSeconds(1));
  }

  @Test
  void fault07_indexGoesBackIsAskedAgainWithoutOne() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(11, Json.passing("10.0.0.2")));

    assertThat(bench.nextWithin(LONG).target())
        .isEqualTo("/v1/health/service/web?dc=dc1&passing=false");
    assertThat(bench.nextWithin(LONG).target())
        .isEqualTo("/v1/health/service/web?dc=dc1&passing=true");
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
  }

  @Test
  void fault07_lossAfterAResetIsBelievedOnceItIsConfirmed() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(11, Json.passing("10.0.0.2")));
    confirmFor(bench, Duration.ofMillis(19_500), 11, Json.passing("10.0.0.2"));
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
    confirmFor(bench, Duration.ofMillis(4_500), 11, Json.passing("10.0.0.2"));

    assertThat(seen.endpoints()).containsExactly("10.0.0.2:80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "none", ""})
  void fault07_zeroOrMissingIndexIsPolledSlowly(String index) {
    var bench = health();
    var seen = bench.observe("dc1", "web");
    var headers = index.isEmpty() ? Map.<String, String>of() : Map.of("x-consul-index", index);

    bench.answer(q -> q.answer(200, headers, ONE));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    bench.advance(BlockingQuery.NO_INDEX_PAUSE.minusMillis(1));
    assertThat(bench.agent.waiting()).isZero();
    bench.advance(Duration.ofMillis(1));
    assertThat(bench.agent.next().target()).doesNotContain("index=");
  }

  @Test
  void fault07_unsignedIndexIsPassedOnAsItIs() {
    var bench = health();
    bench.observe("dc1", "web");

    bench.answer(q -> q.answer(200, Map.of("x-consul-index", "18446744073709551615"), ONE));

    var question = bench.nextWithin(LONG);
    assertThat(question.target()).contains("index=18446744073709551615", "wait=60000ms");
    assertThat(question.request().held()).isTrue();
    assertThat(question.request().deadline()).isEqualTo(Duration.ofSeconds(70));
  }

  @Test
  void fault08_suddenEmptinessIsHeldForTheGrace() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(51, "[]"));
    confirmEmptyFor(bench, Duration.ofMillis(9_900));

    assertThat(seen.states).hasSize(2);
    assertThat(bench.metric("service/empty_held")).isEqualTo(1);
    confirmEmptyFor(bench, Duration.ofMillis(2_100));
    assertThat(seen.neg()).isTrue();
  }

  /** Answers every unfiltered question that comes with a healthy nothing. */
  private static void confirmEmptyFor(Bench bench, Duration time) {
    confirmFor(bench, time, 51, "[]");
  }

  /** Answers every unfiltered question that comes; others are taken and never answered. */
  private static void confirmFor(Bench bench, Duration time, long index, String json) {
    for (long millis = 0; millis < time.toMillis(); millis += 10) {
      bench.advance(Duration.ofMillis(10));
      while (bench.agent.waiting() > 0) {
        bench.answer(
            q -> {
              if (q.target().contains("passing=false")) {
                q.ok(index, json);
              }
            });
      }
    }
  }

  @Test
  void fault08_allUnhealthyIsBelievedAtOnce() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(51, "[]"));
    bench.advance(Duration.ZERO);
    var question = bench.agent.next();
    bench.control.run(
        () ->
            question.ok(
                51, Json.list(Json.instance("w", "10.0.0.1", 80, Json.check("c", "critical")))));

    assertThat(question.target()).isEqualTo("/v1/health/service/web?dc=dc1&passing=false");
    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault08_fallToAFifthIsHeld() {
    var bench = health();
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(50, Json.passing(addresses(10))));

    answerWithin(bench, q -> q.ok(51, Json.passing(addresses(2))));
    assertThat(seen.live().endpoints()).hasSize(10);
    assertThat(bench.metric("service/shrink_held")).isEqualTo(1);
    confirmFor(bench, Duration.ofMillis(9_900), 51, Json.passing(addresses(2)));
    assertThat(seen.live().endpoints()).hasSize(10);
    confirmFor(bench, Duration.ofMillis(2_100), 51, Json.passing(addresses(2)));

    assertThat(seen.live().endpoints()).hasSize(2);
  }

  private static String[] addresses(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> "10.0.0." + i).toArray(String[]::new);
  }

  @Test
  void fault08_fallToAThirdIsBelievedAtOnce() {
    var bench = health();
    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(50, Json.passing(addresses(9))));

    answerWithin(bench, q -> q.ok(51, Json.passing(addresses(3))));

    assertThat(seen.live().endpoints()).hasSize(3);
  }

  @Test
  void fault08_maintenanceIsTheExplicitWayToNothing() {
    var bench = health();
    var seen = bound(bench);
    String down =
        Json.instance("w", "10.0.0.1", 80, Json.check("_service_maintenance:w", "critical"));

    answerWithin(bench, q -> q.ok(51, "[]"));
    confirmFor(bench, Duration.ofMillis(20), 51, Json.list(down));

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault08_noGraceHoldsNothing() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.emptyGrace = Duration.ZERO;
            });
    var seen = boundToTwo(bench);
    restart(bench);

    answerWithin(bench, q -> q.ok(51, ONE));
    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
    answerWithin(bench, q -> q.ok(52, "[]"));
    confirmFor(bench, Duration.ofMillis(20), 52, "[]");

    assertThat(seen.neg()).isTrue();
  }

  @Test
  void fault08_setThatComesBackWithinTheGraceWasNeverGone() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(51, "[]"));
    confirmEmptyFor(bench, Duration.ofMillis(100));
    answerWithin(bench, q -> q.ok(52, ONE));
    confirmEmptyFor(bench, Duration.ofSeconds(30));

    assertThat(seen.states).hasSize(2);
  }

  @Test
  void fault08_signsOfTroubleDoubleTheGrace() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(11, "[]"));
    confirmEmptyFor(bench, Duration.ofMillis(19_500));
    assertThat(seen.states).hasSize(2);
    confirmEmptyFor(bench, Duration.ofMillis(4_500));

    assertThat(seen.neg()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"x-consul-knownleader, false", "x-consul-results-filtered-by-acls, true"})
  void fault08_emptinessInTroubleIsNeverBelieved(String header, String value) {
    var bench = health();
    var seen = bound(bench);

    for (int i = 0; i < 100; i++) {
      answerWithin(bench, q -> q.answer(200, Map.of("x-consul-index", "60", header, value), "[]"));
      bench.advance(Duration.ofSeconds(1));
    }

    assertThat(seen.states).hasSize(2);
  }

  @Test
  void fault08_emptyAtOnceWhenNothingWasEverThere() {
    var bench = health();

    var seen = bench.observe("dc1", "web");
    bench.answer(q -> q.ok(5, "[]"));

    assertThat(seen.neg()).isTrue();
    assertThat(bench.metric("service/empty_held")).isZero();
  }

  @Test
  void fault09_silenceIsAskedAgainAndKeepsTheSet() {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.fail(Cause.TIMED_OUT));

    assertThat(bench.nextWithin(LONG).target()).doesNotContain("index=");
    assertThat(seen.states).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[", "[{\"Node\":", "{}", "null", "[]x", "\"no\"", "[[]]"})
  void fault11_unreadableJsonKeepsTheSet(String body) {
    var bench = health();
    var seen = bound(bench);

    answerWithin(bench, q -> q.ok(51, body));

    assertThat(seen.states).hasSize(2);
    assertThat(bench.metric("service/errors/unreadable")).isEqualTo(1);
    assertThat(bench.nextWithin(LONG).target()).doesNotContain("index=");
  }

  @Test
  void fault11_entriesWithoutANodeOrAServiceAreSkipped() {
    var bench = health();
    var seen = bench.observe("dc1", "web");

    bench.answer(
        q -> q.ok(5, Json.list("null", "{}", "{\"Node\":{}}", Json.instance("w", "10.0.0.1", 80))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80");
  }

  @Test
  void fault12_flappingIsAskedNoFasterThanTheLeastInterval() {
    var bench = health();
    var seen = bound(bench);
    int asked = 0;

    for (int millis = 0; millis < 10_000; millis += 10) {
      bench.advance(Duration.ofMillis(10));
      if (bench.agent.waiting() > 0) {
        int index = 51 + asked++;
        bench.answer(q -> q.ok(index, Json.passing("10.0.0." + (1 + index % 2))));
      }
    }

    assertThat(asked).isBetween(15, 40);
    assertThat(seen.states).as("the tree stays bound").hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"_node_maintenance", "_service_maintenance:w"})
  void fault15_maintenanceIsNotCritical(String check) {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.healthStatuses = EnumSet.of(HealthStatus.PASSING, HealthStatus.CRITICAL);
            });
    var seen = bench.observe("dc1", "web");

    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.instance("w", "10.0.0.1", 80, Json.check(check, "critical")),
                    Json.instance("x", "10.0.0.2", 80, Json.check("c", "critical")))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.2:80");
  }

  @Test
  void fault15_nodeLevelCriticalCheckCountsForEveryInstance() {
    var bench =
        new Bench(
            c -> {
              c.useHealthCheck = true;
              c.healthStatuses = EnumSet.of(HealthStatus.PASSING, HealthStatus.WARNING);
            });
    var seen = bench.observe("dc1", "web");

    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.instance(
                        "w",
                        "10.0.0.1",
                        80,
                        Json.check("serfHealth", "critical"),
                        Json.check("c", "passing")),
                    Json.instance("x", "10.0.0.2", 80, Json.check("serfHealth", "passing")))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.2:80");
  }

  @Test
  void fault16_sameIdOnTwoNodesIsTwoEndpointsAndSameAddressIsOne() {
    var bench = new Bench();
    var seen = bench.observe("dc1", "web");

    bench.answer(
        q ->
            q.ok(
                5,
                Json.list(
                    Json.catalog("w", "10.0.0.1", "", "80", "[]"),
                    Json.catalog("w", "10.0.0.2", "", "80", "[]"),
                    Json.catalog("v", "10.0.0.3", "10.0.0.1", "80", "[]"))));

    assertThat(seen.endpoints()).containsExactly("10.0.0.1:80", "10.0.0.2:80");
  }
}
