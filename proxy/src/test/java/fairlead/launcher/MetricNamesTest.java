package fairlead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import fairlead.launcher.MetricRows.Row;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The names of {@code metric-names.txt} on a proxy that had a little of everything. */
@Timeout(120)
class MetricNamesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FEW = 500;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir Path dir;

  @Test
  void everyNameIsThereAndWhatHappenedIsCounted() throws Exception {
    try (var proxy = BusyProxy.start(dir)) {
      var wanted = new TreeSet<String>();
      MetricRows.all().forEach(row -> wanted.add(row.key()));
      long end = System.nanoTime() + PATIENCE_NANOS;
      do {
        proxy.traffic();
        var json = JSON.readTree(proxy.page("/admin/metrics.json"));
        var text = "\n" + proxy.page("/metrics");
        MetricRows.all().stream()
            .filter(row -> isIn(json, row) && isOnPage(text, row))
            .forEach(row -> wanted.remove(row.key()));
      } while (!wanted.isEmpty() && System.nanoTime() < end);

      assertThat(wanted).as("missing, or zero though something happened").isEmpty();
    }
  }

  @Test
  void conventionalNamesLoseNothing() throws Exception {
    try (var proxy = BusyProxy.start(dir)) {
      proxy.traffic();
      long end = System.nanoTime() + PATIENCE_NANOS;
      long inTree;
      long onPage;
      do { // until nothing comes between the two
        onPage = series(proxy.page("/metrics?names=conventional"));
        inTree = series(JSON.readTree(proxy.page("/admin/metrics.json")));
      } while (onPage != inTree && System.nanoTime() < end);

      assertThat(onPage).isEqualTo(inTree).isGreaterThan(FEW);
    }
  }

  /** Counters and gauges. */
  private static long series(String page) {
    var single = new HashSet<String>();
    for (String line : page.lines().toList()) {
      if (line.startsWith("# TYPE ") && !line.endsWith(" summary")) {
        single.add(line.split(" ", -1)[2]);
      }
    }
    return page.lines().filter(line -> single.contains(line.split("[ {]", 2)[0])).count();
  }

  private static long series(JsonNode json) {
    return json.propertyStream()
        .filter(each -> !each.getKey().matches(".*\\.(count|sum|avg|min|max|p[0-9]+|stddev)"))
        .count();
  }

  private static boolean isIn(JsonNode json, Row row) {
    var value = json.get(row.kind() == 's' ? row.key() + ".count" : row.key());
    if (value == null || !value.isNumber()) {
      return false;
    }
    boolean integer = row.kind() != 'g';
    return value.isIntegralNumber() == integer && (!row.positive() || value.asDouble() > 0);
  }

  /** A histogram is not on the page while its window is empty. */
  private static boolean isOnPage(String text, Row row) {
    String series = row.prometheus();
    if (row.kind() != 's') {
      return text.contains("\n" + series + " ");
    }
    return !row.positive() || text.contains("\n" + series + " ");
  }
}
