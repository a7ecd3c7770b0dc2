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
    private final String help;
    private boolean gauge = true;

    Family(String help) {
      this.help = help;
    }
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
      case Count(long value) -> sample(place, true, "", "", Long.toString(value));
      case Level(float value) -> sample(place, "", "", Float.toString(value));
      case Window(Summary summary) -> window(place, summary);
    }
    node.children().forEach((name, child) -> node(child, place.down(name)));
  }

  private void window(Place place, Summary summary) {
    if (summary.count() == 0) {
      return;
    }
    sample(place, "_count", "", Long.toString(summary.count()));
    sample(place, "_sum", "", Long.toString(summary.sum()));
    sample(place, "_avg", "", Double.toString(summary.avg()));
    sample(place, "", "0", Long.toString(summary.min()));
    sample(place, "", "0.5", Long.toString(summary.p50()));
    sample(place, "", "0.9", Long.toString(summary.p90()));
    sample(place, "", "0.95", Long.toString(summary.p95()));
    sample(place, "", "0.99", Long.toString(summary.p99()));
    sample(place, "", "0.999", Long.toString(summary.p9990()));
    sample(place, "", "0.9999", Long.toString(summary.p9999()));
    sample(place, "", "1", Long.toString(summary.max()));
  }

  private void sample(Place place, String suffix, String quantile, String value) {
    sample(place, false, suffix, quantile, value);
  }

  /** Two names may look alike once they are cleaned: the first has the series. */
  private void sample(Place place, boolean counter, String suffix, String quantile, String value) {
    String name = name(place) + suffix;
    var family =
        families.computeIfAbsent(
            name, _ -> new Family(MetricHelp.ofLinkerd(place.name(), counter, suffix)));
    family.gauge &= !counter;
    String labels = PageLabels.of(place.labels(), quantile);
    if (family.labels.add(labels)) {
      family.lines.append(name).append(labels).append(' ').append(value).append('\n');
    }
  }

  private String name(Place place) {
    String clean = NOT_A_NAME.matcher(prefix + place.name()).replaceAll("_");
    boolean digit = !clean.isEmpty() && Character.isDigit(clean.charAt(0));
    return digit || clean.isEmpty() ? "_" + clean : clean;
  }

  private String text() {
    var text = new StringBuilder();
    families.forEach(
        (name, family) ->
            text.append("# HELP ")
                .append(name)
                .append(' ')
                .append(family.help)
                .append("\n# TYPE ")
                .append(name)
                .append(family.gauge ? " gauge\n" : " unknown\n")
                .append(family.lines));
    return text.append("# EOF\n").toString();
  }
}
