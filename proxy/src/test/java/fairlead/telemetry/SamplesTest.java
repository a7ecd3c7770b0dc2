package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SamplesTest {
  private final MetricsTree tree = new MetricsTree();
  private final Samples samples = tree.samples();

  @Test
  void tellsOnlyWhatIsNewAndLeavesTheWindowsAlone() {
    var latency = tree.scope("rt").stat("latency_ms");
    latency.add(3);
    latency.add(3);
    latency.add(7);

    assertThat(told()).isEqualTo(Map.of("rt/latency_ms", "[3, 7]x[2, 1]=13"));
    latency.add(7);
    assertThat(told()).isEqualTo(Map.of("rt/latency_ms", "[7]x[1]=7"));
    assertThat(told()).isEmpty();

    tree.summariseNow();
    assertThat(tree.snapshot().at("rt/latency_ms"))
        .isEqualTo(
            new MetricsSnapshot(
                new MetricsSnapshot.Value.Window(new Summary(4, 7, 3, 3, 7, 7, 7, 7, 7, 20)),
                new TreeMap<>()));
  }

  @Test
  void twoReadersDoNotTakeFromEachOther() {
    var other = tree.samples();
    tree.stat("a").add(1);

    assertThat(told()).isEqualTo(Map.of("a", "[1]x[1]=1"));
    assertThat(told(other)).isEqualTo(Map.of("a", "[1]x[1]=1"));
  }

  @Test
  void whatIsRemovedIsForgotten() {
    var scope = tree.scope("gone");
    scope.stat("a").add(1);
    scope.remove();
    tree.scope("gone").stat("a").add(2);

    assertThat(told()).isEqualTo(Map.of("gone/a", "[2]x[1]=2"));
  }

  private Map<String, String> told() {
    return told(samples);
  }

  private static Map<String, String> told(Samples reader) {
    var all = new TreeMap<String, String>();
    reader.each(
        (path, batch) -> {
          if (batch.values().length > 0) {
            all.put(
                String.join("/", path),
                Arrays.toString(batch.values())
                    + "x"
                    + Arrays.toString(batch.counts())
                    + "="
                    + batch.sum());
          }
        });
    return all;
  }
}
