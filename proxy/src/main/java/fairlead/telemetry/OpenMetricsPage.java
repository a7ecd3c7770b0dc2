package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsWalk.Metric;
import fairlead.telemetry.OpenMetricsPage.Named;
import fairlead.telemetry.OpenMetricsPage.Part;
import fairlead.telemetry.Place.Label;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The page of {@code io.l5d.prometheus} in OpenMetrics 1.0, for those who ask for it. The names are
 * those of {@link PrometheusPage}, so that queries need not know which form is scraped (decision
 * 27): hence counters are of type {@code unknown}, since OpenMetrics wants theirs to end in {@code
 * _total}, and what a window held is a gauge.
 */
public final class OpenMetricsPage extends GroupedPage<Place, Part, Named> {
  /** The Content-Type. */
  public static final String TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8";

  private static final Pattern NOT_A_NAME = Pattern.compile("[^a-zA-Z0-9_:]");

  private final String prefix;
  private final PageLabels labels = new PageLabels();

  /** What families are called, by the names that places have. */
  private final Map<String, String> names = new HashMap<>();

  /** What of a metric a series tells. */
  enum Part {
    VALUE(""),
    COUNT("_count"),
    SUM("_sum"),
    AVERAGE("_avg"),
    QUANTILES("");

    /** Of the name. */
    private final String suffix;

    Part(String suffix) {
      this.suffix = suffix;
    }
  }

  /** All series of one name. */
  static final class Named extends GroupedPage.Family<Part> {
    private final String help;

    /** Those of which there were quantiles: each window has all of them. */
    private final Set<List<Label>> windows = new HashSet<>();

    private boolean gauge = true;

    Named(String name, String help) {
      super(name);
      this.help = help;
    }
  }

  private OpenMetricsPage(String prefix) {
    super(Place.ROOT);
    this.prefix = prefix;
  }

  /**
   * The page of all metrics.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   */
  public static PagePieces of(MetricsTree tree, boolean detailed, String prefix) {
    var page = new OpenMetricsPage(prefix);
    page.note(tree.walk(detailed));
    return page;
  }

  @Override
  Place down(Place from, String name) {
    return from.down(name);
  }

  @Override
  void metric(Place place, Metric metric) {
    switch (metric.read()) {
      case null -> {}
      case Count _ -> add(place, Part.VALUE, true, metric);
      case Level _ -> add(place, Part.VALUE, false, metric);
      case Window window -> {
        if (window.summary().count() > 0) {
          add(place, Part.COUNT, false, window);
          add(place, Part.SUM, false, window);
          add(place, Part.AVERAGE, false, window);
          add(place, Part.QUANTILES, false, window);
        }
      }
    }
  }

  private void add(Place place, Part part, boolean counter, Metric metric) {
    String clean = names.computeIfAbsent(place.name(), this::clean);
    String name = part.suffix.isEmpty() ? clean : clean + part.suffix;
    var family =
        family(
            name, () -> new Named(name, MetricHelp.ofLinkerd(place.name(), counter, part.suffix)));
    family.gauge &= !counter;
    family.add(place.labels(), metric, part);
  }

  private String clean(String name) {
    String clean = NOT_A_NAME.matcher(prefix + name).replaceAll("_");
    boolean digit = !clean.isEmpty() && Character.isDigit(clean.charAt(0));
    return digit || clean.isEmpty() ? "_" + clean : clean;
  }

  @Override
  void head(Named family, PageBytes to) {
    to.append("# HELP ").append(family.name()).append(' ').append(family.help);
    to.append("\n# TYPE ").append(family.name()).append(family.gauge ? " gauge\n" : " unknown\n");
  }

  @Override
  void series(Named family, List<Label> of, Metric metric, Part part, PageBytes to) {
    if (!(part == Part.QUANTILES ? family.windows.add(of) : family.isNew(of))) {
      return;
    }
    switch (metric.read()) {
      case null -> {} // it was there a moment ago
      case Count(long value) -> line(family, labels.of(of), Long.toString(value), to);
      case Level(float value) -> line(family, labels.of(of), Float.toString(value), to);
      case Window(Summary summary) -> window(family, of, summary, part, to);
    }
  }

  private void window(Named family, List<Label> of, Summary summary, Part part, PageBytes to) {
    switch (part) {
      case VALUE -> {} // of counters and gauges
      case COUNT -> line(family, labels.of(of), Long.toString(summary.count()), to);
      case SUM -> line(family, labels.of(of), Long.toString(summary.sum()), to);
      case AVERAGE -> line(family, labels.of(of), Double.toString(summary.avg()), to);
      case QUANTILES -> {
        quantile(family, of, "0", summary.min(), to);
        quantile(family, of, "0.5", summary.p50(), to);
        quantile(family, of, "0.9", summary.p90(), to);
        quantile(family, of, "0.95", summary.p95(), to);
        quantile(family, of, "0.99", summary.p99(), to);
        quantile(family, of, "0.999", summary.p9990(), to);
        quantile(family, of, "0.9999", summary.p9999(), to);
        quantile(family, of, "1", summary.max(), to);
      }
    }
  }

  private void quantile(Named family, List<Label> of, String quantile, long value, PageBytes to) {
    line(family, labels.of(of, quantile), Long.toString(value), to);
  }

  private static void line(Named family, String labels, String value, PageBytes to) {
    to.append(family.name()).append(labels).append(' ').append(value).append('\n');
  }

  @Override
  void end(PageBytes to) {
    to.append("# EOF\n");
  }
}
