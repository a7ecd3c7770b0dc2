package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsBranchTest {
  private static final int THREADS = 4;
  private static final int ROUNDS = 200;

  private final MetricsBranch branch = new MetricsBranch();
  private final AtomicInteger made = new AtomicInteger();

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 63, 64, 65, 66, 200})
  void nodesAreFoundByNameHoweverManyThereAre(int count) {
    var nodes = names(count).stream().map(this::node).toList();

    for (var node : nodes) {
      assertThat(branch.get(node.name())).isSameAs(node);
      assertThat(node(node.name())).isSameAs(node);
    }
    assertThat(all(branch)).containsExactlyInAnyOrderElementsOf(nodes);
    assertThat(branch.get("other")).isNull();
    assertThat(made).hasValue(count);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 64, 65, 200})
  void aRemovedNodeIsGoneAndTheOthersStay(int count) {
    var nodes = new ArrayList<>(names(count).stream().map(this::node).toList());

    branch.remove(nodes.removeFirst());

    assertThat(branch.get("n0")).isNull();
    assertThat(all(branch)).containsExactlyInAnyOrderElementsOf(nodes);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 65})
  void aRemovedNodeDoesNotTakeItsSuccessorAway(int count) {
    var old = names(count).stream().map(this::node).toList().getFirst();
    branch.remove(old);
    var successor = node("n0");

    branch.remove(old);

    assertThat(branch.get("n0")).isSameAs(successor).isNotSameAs(old);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 65})
  void aClearedBranchBeginsAnew(int count) {
    names(count).forEach(this::node);

    branch.clear();

    assertThat(all(branch)).isEmpty();
    assertThat(branch.get("n0")).isNull();
    var anew = node("n0");
    assertThat(all(branch)).containsExactly(anew);
  }

  @Test
  void whatIsHeldIsGivenUpAsOften() {
    branch.hold();
    branch.hold();

    assertThat(branch.isStillHeld()).isTrue();
    assertThat(branch.isStillHeld()).isFalse();
    assertThat(branch.isStillHeld()).isFalse();
  }

  @Test
  void nobodyIsLostOrMadeTwiceWhenAllAddTheSame() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var shared = new MetricsBranch();
      made.set(0);
      int count = 2 * MetricsBranch.FEW;

      var found =
          together(_ -> names(count).stream().map(name -> shared.get(name, this::make)).toList());

      assertThat(made).hasValue(count);
      assertThat(found).allSatisfy(nodes -> assertThat(nodes).isEqualTo(found.getFirst()));
      assertThat(all(shared)).containsExactlyInAnyOrderElementsOf(found.getFirst());
    }
  }

  @Test
  void whatStaysIsSeenAllTheTimeWhileOthersComeAndGo() throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      var shared = new MetricsBranch();
      var staying = shared.get("staying", this::make);

      together(
          thread -> {
            var nodes = new ArrayList<MetricsNode>();
            for (String name : names(MetricsBranch.FEW)) {
              nodes.add(shared.get(thread + name, this::make));
              assertThat(shared.get("staying")).isSameAs(staying);
              assertThat(all(shared)).contains(staying).containsAll(nodes);
            }
            nodes.forEach(shared::remove);
            assertThat(all(shared)).contains(staying).doesNotContainAnyElementsOf(nodes);
            return List.of();
          });

      assertThat(all(shared)).containsExactly(staying);
    }
  }

  private interface Task {
    List<MetricsNode> run(int thread);
  }

  /** What each of some threads found that begin at the same time. */
  private static List<List<MetricsNode>> together(Task task) throws Exception {
    var barrier = new CyclicBarrier(THREADS);
    var tasks = new ArrayList<FutureTask<List<MetricsNode>>>();
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      var one =
          new FutureTask<>(
              () -> {
                barrier.await();
                return task.run(thread);
              });
      tasks.add(one);
      Thread.ofPlatform().start(one);
    }
    var found = new ArrayList<List<MetricsNode>>();
    for (var one : tasks) {
      found.add(one.get());
    }
    return found;
  }

  private static List<MetricsNode> all(MetricsBranch branch) {
    var all = new ArrayList<MetricsNode>();
    branch.forEach(all::add);
    return all;
  }

  private MetricsNode node(String name) {
    return branch.get(name, this::make);
  }

  private MetricsNode make(String name) {
    made.incrementAndGet();
    return MetricsNode.root(1).scope(name);
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "n" + i).toList();
  }
}
