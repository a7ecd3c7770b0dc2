package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The page of {@code io.l5d.prometheus} in OpenMetrics 1.0, for those who ask for it. The names are
 * those of {@link PrometheusPage}, so that queries need not know which form is scraped (decision
 * 27): hence counters are of type {@code unknown}, since OpenMetrics wants theirs to end in {@code
 * _total}, and what a window held is a gauge.
 */
public final class OpenMetricsPage {
  /** The Content-Type. */
  public static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final Pattern NOT_A_NAME = Pattern.compile("[^a-zA-Z0-9_:]");

  private final String prefix;
  private final Map<String, Family> families = new TreeMap<>();

  /** All series of one name, which the page keeps together. */
  private static final class Family {
    private final StringBuilder lines = new StringBuilder();
    private final Set<String> labels = new HashSet<>();
    private boolean gauge = true;
  }

  private OpenMetricsPage(String prefix) {
    this.prefix = prefix;
  }

  /** The page of everything below {@code root}. */
  public static String render(MetricsSnapshot root, String prefix) {
    var page = new OpenMetricsPage(prefix);
    page.node(root, Place.ROOT);
    return page.text();
  }

  private void node(MetricsSnapshot node, Place place) {
    switch (node.value()) {
      case null -> {}
      case Count(long value) -> {
        String name = name(place);
        families.computeIfAbsent(name, _ -> new Family()).gauge = false;
        sample(name, labels(place, ""), Long.toString(value));
      }
      case Level(float value) -> sample(name(place), labels(place, ""), Float.toString(value));
      case Window(Summary summary) -> window(place, summary);
    }
    node.children().forEach((name, child) -> node(child, place.down(name)));
  }

  private void window(Place place, Summary summary) {
    if (summary.count() == 0) {
      return;
    }
    String name = name(place);
    String plain = labels(place, "");
    sample(name + "_count", plain, Long.toString(summary.count()));
    sample(name + "_sum", plain, Long.toString(summary.sum()));
    sample(name + "_avg", plain, Double.toString(summary.avg()));
    sample(name, labels(place, "0"), Long.toString(summary.min()));
    sample(name, labels(place, "0.5"), Long.toString(summary.p50()));
    sample(name, labels(place, "0.9"), Long.toString(summary.p90()));
    sample(name, labels(place, "0.95"), Long.toString(summary.p95()));
    sample(name, labels(place, "0.99"), Long.toString(summary.p99()));
    sample(name, labels(place, "0.999"), Long.toString(summary.p9990()));
    sample(name, labels(place, "0.9999"), Long.toString(summary.p9999()));
    sample(name, labels(place, "1"), Long.toString(summary.max()));
  }

  /** Two names may look alike once they are cleaned: the first has the series. */
  private void sample(String name, String labels, String value) {
    var family = families.computeIfAbsent(name, _ -> new Family());
    if (family.labels.add(labels)) {
      family.lines.append(name).append(labels).append(' ').append(value).append('\n');
    }
  }

  private String name(Place place) {
    String clean = NOT_A_NAME.matcher(prefix + place.name()).replaceAll("_");
    boolean digit = !clean.isEmpty() && Character.isDigit(clean.charAt(0));
    return digit || clean.isEmpty() ? "_" + clean : clean;
  }

  private static String labels(Place place, String quantile) {
    if (place.labels().isEmpty() && quantile.isEmpty()) {
      return "";
    }
    var all = new StringBuilder("{");
    for (var label : place.labels()) {
      all.append(all.length() == 1 ? "" : ",").append(label.key()).append("=\"");
      all.append(escaped(label.value())).append('"');
    }
    if (!quantile.isEmpty()) {
      all.append(all.length() == 1 ? "" : ",").append("quantile=\"").append(quantile).append('"');
    }
    return all.append('}').toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }

  private String text() {
    var text = new StringBuilder();
    families.forEach(
        (name, family) ->
            text.append("# TYPE ")
                .append(name)
                .append(family.gauge ? " gauge\n" : " unknown\n")
                .append(family.lines));
    return text.append("# EOF\n").toString();
  }
}
