package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fairlead.balance.Node.Status;
import fairlead.telemetry.Metrics.Counter;
import fairlead.telemetry.MetricsTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §4.1 and §5. */
class PickersTest {
  private static final int PICKS = 20_000;

  private final MetricsTree metrics = new MetricsTree();
  private final PickerShared shared = PickerShared.in(metrics);
  private final Counter exhausted = shared.exhausted();
  private final Counter busy = shared.busyClasses();
  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_126);

  private static final class TestNode implements Node {
    private final String name;
    private final double weight;
    private int load;
    private Status status = Status.OPEN;

    TestNode(String name, double weight) {
      this.name = name;
      this.weight = weight;
    }

    @Override
    public double load() {
      return load;
    }

    @Override
    public Status status() {
      return status;
    }

    @Override
    public double weight() {
      return weight;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  @Test
  void nobodyIsPickedOutOfNobody() {
    assertThat(p2c(List.of()).pick(Picker.ANYWHERE)).isNull();
  }

  @Test
  void oneEndpointIsPickedAlways() {
    var only = nodes(1);
    assertThat(p2c(only).pick(Picker.ANYWHERE)).isSameAs(only.getFirst());
  }

  @Test
  void ofTwoTheLessLoadedIsPickedAlways() {
    var two = nodes(2);
    two.get(0).load = 3;
    two.get(1).load = 2;

    assertThat(count(p2c(two))).containsExactly(Map.entry("n1", PICKS));
  }

  @Test
  void ofManyTheMostLoadedIsNeverPickedAndTheRestAreAlike() {
    var many = nodes(10);
    many.get(4).load = 1;

    var picked = count(p2c(many));

    assertThat(picked).doesNotContainKey("n4").hasSize(9);
    picked.values().forEach(n -> assertThat(n).isCloseTo(PICKS / 9, within(PICKS / 50)));
  }

  @Test
  void loadsThatArePickedByEvenOut() {
    var many = nodes(10);
    var picker = p2c(many);

    for (int i = 0; i < 1000; i++) {
      picked(picker).load++;
    }

    assertThat(many).allSatisfy(node -> assertThat(node.load).isBetween(97, 103));
  }

  @Test
  void anOpenEndpointWinsOverALessLoadedOneThatIsNot() {
    var two = nodes(2);
    two.get(0).load = 100;
    two.get(1).status = Status.BUSY;

    assertThat(count(p2c(two))).containsExactly(Map.entry("n0", PICKS));
    assertThat(exhausted.sum()).isZero();
  }

  @Test
  void whenAllAreBusyOneIsPickedAllTheSameAndCounted() {
    var two = nodes(2);
    two.forEach(node -> node.status = Status.BUSY);

    assertThat(p2c(two).pick(Picker.ANYWHERE)).isNotNull();
    assertThat(exhausted.sum()).isEqualTo(1);
  }

  @Test
  void classesShareByWeightTimesSize() {
    var all = new ArrayList<TestNode>();
    all.add(new TestNode("heavy", 3.0));
    all.add(new TestNode("light1", 0.5));
    all.add(new TestNode("light2", 0.5));

    var picked = count(weighted(all));

    assertThat(picked.get("heavy")).isCloseTo(PICKS * 3 / 4, within(PICKS / 50));
    assertThat(picked.get("light1")).isCloseTo(PICKS / 8, within(PICKS / 50));
    assertThat(picked.get("light2")).isCloseTo(PICKS / 8, within(PICKS / 50));
    assertThat(busy.sum()).isZero();
  }

  @Test
  void aClassWithNobodyOpenIsPassedOverAndCounted() {
    var heavy = new TestNode("heavy", 1000.0);
    var light = new TestNode("light", 0.001);
    heavy.status = Status.BUSY;

    assertThat(weighted(List.of(heavy, light)).pick(Picker.ANYWHERE)).isSameAs(light);
    assertThat(busy.sum()).isEqualTo(1);
  }

  @Test
  void oneWeightForAllNeedsNoClasses() {
    assertThat(weighted(nodes(3))).isInstanceOf(P2cPicker.class);
  }

  private static List<TestNode> nodes(int size) {
    var nodes = new ArrayList<TestNode>();
    for (int i = 0; i < size; i++) {
      nodes.add(new TestNode("n" + i, 1.0));
    }
    return nodes;
  }

  private Picker<TestNode> p2c(List<TestNode> nodes) {
    return new P2cPicker<>(nodes, random, 5, shared);
  }

  private Picker<TestNode> weighted(List<TestNode> nodes) {
    return WeightedPicker.over(nodes, this::p2c, random, shared);
  }

  private static TestNode picked(Picker<TestNode> picker) {
    var picked = picker.pick(Picker.ANYWHERE);
    if (picked == null) {
      throw new AssertionError("nobody was picked");
    }
    return picked;
  }

  private static Map<String, Integer> count(Picker<TestNode> picker) {
    var counts = new HashMap<String, Integer>();
    for (int i = 0; i < PICKS; i++) {
      counts.merge(picked(picker).name, 1, Integer::sum);
    }
    return counts;
  }
}
