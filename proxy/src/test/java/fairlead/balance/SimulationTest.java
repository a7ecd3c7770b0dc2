package fairlead.balance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import fairlead.balance.BalancerConfig.Algorithm;
import fairlead.balance.Simulation.Figures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Balancers compared: the figures of {@code docs/balancing.md}. */
class SimulationTest {
  private static final long SEED = 20_261_126;
  private static final double SLOW = 10;
  private static final Map<String, Algorithm> KINDS = new LinkedHashMap<>();

  static {
    KINDS.put("roundRobin", new BalancerConfig.RoundRobin(5));
    KINDS.put("p2c", new BalancerConfig.P2c(5));
    KINDS.put("heap", new BalancerConfig.Heap());
    KINDS.put("ewma", new BalancerConfig.Ewma(5, Duration.ofSeconds(10)));
    KINDS.put("aperture", new BalancerConfig.Aperture(5, Duration.ofSeconds(5), 0.5, 2.0, 1));
  }

  @Test
  void fault21_withOneSlowEndpointOfTenEwmaIsBestAndTurnsAreWorst() {
    double roundRobin = slow("roundRobin").p99Millis();
    double p2c = slow("p2c").p99Millis();
    double ewma = slow("ewma").p99Millis();

    assertThat(p2c).isLessThan(roundRobin / 1.5);
    assertThat(ewma).isLessThan(p2c / 1.5);
    assertThat(ewma).isLessThan(2 * equal("ewma").p99Millis());
  }

  @Test
  void theSlowEndpointGetsTheLessTheBetterItIsKnown() {
    assertThat(slow("roundRobin").slowShare()).isBetween(0.099, 0.101);
    assertThat(slow("p2c").slowShare()).isLessThan(0.05);
    assertThat(slow("ewma").slowShare()).isLessThan(slow("p2c").slowShare() / 2);
  }

  @Test
  void tenEqualEndpointsGetAboutTheSame() {
    assertThat(equal("roundRobin").spread()).isLessThan(0.001);
    assertThat(equal("p2c").spread()).isLessThan(0.05);
    assertThat(equal("heap").spread()).isLessThan(0.05);
  }

  @Test
  void theSameSeedGivesTheSameFigures() {
    assertThat(slow("p2c")).isEqualTo(slow("p2c"));
  }

  @Test
  void theFiguresAreInTheDocumentation() throws IOException {
    var page = Files.readAllLines(Path.of("../docs/balancing.md"));
    var found = KINDS.keySet().stream().map(SimulationTest::line).toList();

    var documented = page.stream().filter(line -> line.matches("\\| `\\w+` \\|.*\\d \\|")).toList();

    assertThat(documented).as("rows such as %n%s", String.join("\n", found)).hasSameSizeAs(found);
    for (int i = 0; i < found.size(); i++) {
      assertNear(documented.get(i), found.get(i));
    }
  }

  private static void assertNear(String documented, String found) {
    String[] expected = documented.split("\\|", -1);
    String[] actual = found.split("\\|", -1);
    for (int i = 2; i < 8; i++) {
      double figure = Double.parseDouble(expected[i].strip());
      assertThat(Double.parseDouble(actual[i].strip()))
          .as("column %d of %s, found as %s", i - 1, documented, found)
          .isCloseTo(figure, within(Math.max(0.1, figure / 4))); // exp differs between processors
    }
  }

  private static String line(String kind) {
    var slow = slow(kind);
    var equal = equal(kind);
    return String.format(
        Locale.ROOT,
        "| `%s` | %.1f | %.0f | %.2f | %.1f | %.0f | %.2f |",
        kind,
        slow.p50Millis(),
        slow.p99Millis(),
        100 * slow.slowShare(),
        equal.p50Millis(),
        equal.p99Millis(),
        100 * equal.spread());
  }

  private static Figures slow(String kind) {
    return Simulation.run(algorithm(kind), SLOW, SEED);
  }

  private static Figures equal(String kind) {
    return Simulation.run(algorithm(kind), 1, SEED);
  }

  private static Algorithm algorithm(String kind) {
    return java.util.Objects.requireNonNull(KINDS.get(kind));
  }
}
