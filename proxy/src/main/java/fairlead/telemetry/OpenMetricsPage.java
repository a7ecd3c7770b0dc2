package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.util.HashSet;
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
  private final PageLabels labels = new PageLabels();
  private final TreeMap<String, Family> families = new TreeMap<>();

  /** All series of one name, which the page keeps together. */
  private static final class Family {
    private final PageBytes lines = new PageBytes();
    private final Set<String> labels = new HashSet<>();

    /** Those of which there are quantiles, of which each window has all. */
    private final Set<String> windows = new HashSet<>();

    private final String help;
    private boolean gauge = true;

    Family(String help) {
      this.help = help;
    }

    void line(String name, String labels, String value) {
      lines.append(name).append(labels).append(' ').append(value).append('\n');
    }
  }

  private OpenMetricsPage(String prefix) {
    this.prefix = prefix;
  }

  /** The page of everything below {@code root}. */
  public static PageBytes render(MetricsSnapshot root, String prefix) {
    var page = new OpenMetricsPage(prefix);
    page.node(root, Place.ROOT);
    return page.text();
  }

  private void node(MetricsSnapshot node, Place place) {
    switch (node.value()) {
      case null -> {}
      case Count(long value) -> sample(place, true, "", Long.toString(value));
      case Level(float value) -> sample(place, false, "", Float.toString(value));
      case Window(Summary summary) -> window(place, summary);
    }
    node.children().forEach((name, child) -> node(child, place.down(name)));
  }

  private void window(Place place, Summary summary) {
    if (summary.count() == 0) {
      return;
    }
    sample(place, false, "_count", Long.toString(summary.count()));
    sample(place, false, "_sum", Long.toString(summary.sum()));
    sample(place, false, "_avg", Double.toString(summary.avg()));
    quantiles(place, summary);
  }

  private void quantiles(Place place, Summary summary) {
    String name = name(place);
    var family = family(place, name, false, "");
    if (!family.windows.add(labels.of(place.labels()))) {
      return;
    }
    line(family, name, place, "0", summary.min());
    line(family, name, place, "0.5", summary.p50());
    line(family, name, place, "0.9", summary.p90());
    line(family, name, place, "0.95", summary.p95());
    line(family, name, place, "0.99", summary.p99());
    line(family, name, place, "0.999", summary.p9990());
    line(family, name, place, "0.9999", summary.p9999());
    line(family, name, place, "1", summary.max());
  }

  private void line(Family family, String name, Place place, String quantile, long value) {
    family.line(name, labels.of(place.labels(), quantile), Long.toString(value));
  }

  /** Two names may look alike once they are cleaned: the first has the series. */
  private void sample(Place place, boolean counter, String suffix, String value) {
    String name = name(place) + suffix;
    var family = family(place, name, counter, suffix);
    String shown = labels.of(place.labels());
    if (family.labels.add(shown)) {
      family.line(name, shown, value);
    }
  }

  private Family family(Place place, String name, boolean counter, String suffix) {
    var family =
        families.computeIfAbsent(
            name, _ -> new Family(MetricHelp.ofLinkerd(place.name(), counter, suffix)));
    family.gauge &= !counter;
    return family;
  }

  private String name(Place place) {
    String clean = NOT_A_NAME.matcher(prefix + place.name()).replaceAll("_");
    boolean digit = !clean.isEmpty() && Character.isDigit(clean.charAt(0));
    return digit || clean.isEmpty() ? "_" + clean : clean;
  }

  /** Leaves no families. */
  private PageBytes text() {
    var text = new PageBytes();
    for (var next = families.pollFirstEntry(); next != null; next = families.pollFirstEntry()) {
      var family = next.getValue();
      text.append("# HELP ").append(next.getKey()).append(' ').append(family.help);
      text.append("\n# TYPE ").append(next.getKey());
      text.append(family.gauge ? " gauge\n" : " unknown\n").append(family.lines);
    }
    return text.append("# EOF\n");
  }
}
