package fairlead.telemetry;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetricsTreeTest {
  private final MetricsTree tree = new MetricsTree();

  @Test
  void countersAreFoundAgainByName() {
    tree.scope("rt").counter("requests").increment();
    tree.scope("rt").counter("requests").add(2);

    assertThat(valueAt("rt/requests")).isEqualTo(new Count(3));
  }

  @Test
  void aNodeMayHaveAValueAndChildren() {
    tree.counter("failures").increment();
    tree.scope("failures").counter("java.io.IOException").increment();

    assertThat(valueAt("failures")).isEqualTo(new Count(1));
    assertThat(valueAt("failures/java.io.IOException")).isEqualTo(new Count(1));
  }

  @Test
  void anotherKindOfTheSameNameIsAnError() {
    tree.scope("a").counter("b");

    assertThatThrownBy(() -> tree.scope("a").stat("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("metric a/b: is a counter (expected: stat)");
    assertThatThrownBy(() -> tree.scope("a").gauge("b", () -> 1))
        .hasMessage("metric a/b: is a counter (expected: gauge)");
  }

  @Test
  void gaugesAreReadWhenLookedAtUntilClosed() {
    double[] now = {1};
    Watch watch = tree.gauge("size", () -> now[0]);
    now[0] = 2.5;

    assertThat(valueAt("size")).isEqualTo(new Level(2.5f));
    watch.close();
    assertThat(tree.snapshot().children()).isEmpty();
  }

  @Test
  void aReplacedGaugeIsNotTakenAwayByItsPredecessor() {
    Watch old = tree.gauge("size", () -> 1);
    tree.gauge("size", () -> 2);
    old.close();

    assertThat(valueAt("size")).isEqualTo(new Level(2));
  }

  @Test
  void aClosedGaugeShowsTheLastOneThatStillStands() {
    Watch first = tree.gauge("size", () -> 1);
    Watch second = tree.gauge("size", () -> 2);
    Watch third = tree.gauge("size", () -> 3);

    second.close();
    second.close();
    assertThat(valueAt("size")).isEqualTo(new Level(3));
    third.close();
    assertThat(valueAt("size")).isEqualTo(new Level(1));
    first.close();
    assertThat(valueAt("size")).isNull();
  }

  @Test
  void aGaugeThatThrowsOrIsNoNumberCostsOnlyItself() {
    tree.gauge("broken", () -> List.<Integer>of().getFirst());
    tree.gauge("nan", () -> Double.NaN);
    tree.counter("fine").increment();

    assertThat(tree.snapshot().children().keySet()).containsExactly("fine");
  }

  @Test
  void aRemovedScopeIsGoneAndItsHandlesCountIntoNothing() {
    var client = tree.scope("client").scope("#/io.l5d.fs/web");
    var requests = client.counter("requests");
    client.remove();

    requests.increment();

    assertThat(tree.snapshot().children()).isEmpty();
    tree.scope("client").scope("#/io.l5d.fs/web").counter("requests").increment();
    assertThat(valueAt("client/#/io.l5d.fs/web/requests")).isEqualTo(new Count(1));
  }

  @Test
  void statsAreAbsentBeforeTheFirstWindowAndThenShowTheLastWindowOnly() {
    var clock = new FakeTimer();
    tree.summariseEvery(Duration.ofSeconds(60), clock);
    var latency = tree.stat("latency_ms");
    latency.add(3);
    latency.add(5);

    assertThat(tree.snapshot().at("latency_ms")).isNull();
    clock.tick();
    assertThat(valueAt("latency_ms"))
        .isEqualTo(new Window(new Summary(2, 5, 3, 3, 5, 5, 5, 5, 5, 8)));
    clock.tick();
    assertThat(valueAt("latency_ms")).isEqualTo(new Window(Summary.EMPTY));
  }

  @Test
  void aClosedTimerSummarisesNoMore() {
    var clock = new FakeTimer();
    Watch watch = tree.summariseEvery(Duration.ofSeconds(60), clock);
    tree.stat("latency_ms").add(3);

    watch.close();
    clock.tick();

    assertThat(tree.snapshot().children()).isEmpty();
    assertThat(clock.tasks).isEmpty();
  }

  @Test
  void threat53_randomNamesEndInOneNodeOfConstantSize() {
    var small = new MetricsTree(3);
    for (int i = 0; i < 1000; i++) {
      small.scope("service").scope("svc/" + i).counter("requests").increment();
    }

    var services = requireNonNull(small.snapshot().children().get("service"));

    assertThat(services.children()).hasSize(4);
    assertThat(valueAt(services, "overflow/requests")).isEqualTo(new Count(997));
    assertThat(small.snapshot().at("metrics/overflowed"))
        .extracting(MetricsSnapshot::value)
        .isEqualTo(new Count(997));
  }

  @Test
  void threat53_removingOneOfTheOverflownKeepsTheOthers() {
    var small = new MetricsTree(1);
    small.scope("a").counter("n").increment();
    var shared = small.scope("b");
    shared.counter("n").increment();

    shared.remove();

    assertThat(small.snapshot().at("overflow/n")).isNotNull();
  }

  @Test
  void detailsAreSeenOnlyByWhoAsksAndUntilTheyAreClosed() {
    var client = tree.scope("client");
    client.gauge("size", () -> 1);
    var watch =
        client.details("endpoint", () -> Map.of("10.0.0.1:80", Map.of("load", 2.0, "weight", 1.0)));

    assertThat(tree.snapshot().at("client/endpoint")).isNull();
    assertThat(detailed("client"))
        .isEqualTo(
            "{\"endpoint/10.0.0.1:80/load\":2.0,\"endpoint/10.0.0.1:80/weight\":1.0,\"size\":1.0}");
    assertThat(detailed("client/endpoint/10.0.0.1:80")).isEqualTo("{\"load\":2.0,\"weight\":1.0}");

    watch.close();
    assertThat(detailed("client")).isEqualTo("{\"size\":1.0}");
    assertThat(detailed("client/endpoint")).isEmpty();
  }

  @Test
  void replacedDetailsDoNotTakeTheirSuccessorsAway() {
    var old = tree.details("endpoint", () -> Map.of("a", Map.of("load", 1.0)));
    tree.details("endpoint", () -> Map.of("b", Map.of("load", 2.0)));
    old.close();

    assertThat(detailed("")).isEqualTo("{\"endpoint/b/load\":2.0}");
  }

  /** What there is with details, as JSON; empty where there is nothing. */
  private String detailed(String at) {
    var page = JsonPage.flat(tree, true, at, false);
    return page == null ? "" : page.whole().toString();
  }

  @Test
  void threat52_hugeNamesAreCut() {
    tree.scope("x".repeat(100_000)).counter("n").increment();

    assertThat(tree.snapshot().children().firstEntry().getKey()).hasSize(512);
  }

  @Test
  void subtreesAreFoundEvenWhenTheirNamesHaveSlashes() {
    tree.scope("rt").scope("http").scope("service").scope("svc/web").counter("requests");

    assertThat(tree.snapshot().at("rt/http/service/svc/web/requests")).isNotNull();
    assertThat(tree.snapshot().at("rt/http/service/svc/other")).isNull();
  }

  @Test
  void leavesOfASnapshotTakeNothingForTheChildrenThatTheyDoNotHave() {
    tree.scope("rt").counter("requests");
    tree.scope("rt").gauge("pending", () -> 1);

    var requests = requireNonNull(tree.snapshot().at("rt/requests"));
    var pending = requireNonNull(tree.snapshot(MetricsChoice.of("rt/pending")).at("rt/pending"));
    assertThat(requests.children()).isEmpty();
    assertThat(requests.children()).isSameAs(pending.children());
  }

  @Test
  void theJvmTellsWhatDashboardsRead() {
    JvmMetrics.addTo(tree);

    for (String name :
        List.of("jvm/uptime", "jvm/thread/count", "jvm/mem/current/used", "jvm/gc/msec")) {
      assertThat(valueAt(name)).as(name).isInstanceOf(Level.class);
    }
  }

  private @Nullable Value valueAt(String path) {
    return valueAt(tree.snapshot(), path);
  }

  private static @Nullable Value valueAt(MetricsSnapshot snapshot, String path) {
    var node = snapshot.at(path);
    return node == null ? null : node.value();
  }

  /** Runs what is due when told to. */
  private static final class FakeTimer implements SerialExecutor {
    private final List<Runnable> tasks = new ArrayList<>();

    void tick() {
      var due = List.copyOf(tasks);
      tasks.clear();
      due.forEach(Runnable::run);
    }

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    @Override
    public Watch after(Duration delay, Runnable task) {
      tasks.add(task);
      return () -> tasks.remove(task);
    }

    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public boolean inside() {
      return true;
    }
  }
}
