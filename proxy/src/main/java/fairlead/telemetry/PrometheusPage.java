package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsWalk.Metric;
import fairlead.telemetry.Place.Label;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The text page of {@code io.l5d.prometheus} ({@code spec/telemetry.md} §4): names, labels and even
 * the window-wise {@code _count} and {@code _sum} are what existing queries rely on.
 */
public final class PrometheusPage extends WalkingPage<Place> {
  private static final Pattern NOT_A_NAME = Pattern.compile("[^a-zA-Z0-9:]");
  private static final Pattern LABEL_ESCAPED = Pattern.compile("[\\\\\"\n]");

  private final String prefix;
  private final Set<String> described = new HashSet<>();

  /** What families are called, by the names that places have. */
  private final Map<String, String> names = new HashMap<>();

  /** Those of the place before, which those beside it share, and how they are shown. */
  private List<Label> labels = List.of();

  private String shown = "";

  private PrometheusPage(MetricsWalk walk, String prefix) {
    super(walk, Place.ROOT);
    this.prefix = prefix;
  }

  /**
   * The page of all metrics.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   */
  public static PagePieces of(MetricsTree tree, boolean detailed, String prefix) {
    return new PrometheusPage(tree.walk(detailed), prefix);
  }

  /**
   * Whether whoever sent this {@code Accept} takes {@link OpenMetricsPage} as gladly as plain text.
   */
  public static boolean wantsOpenMetrics(String accept) {
    double open = 0;
    double plain = 0;
    for (String range : accept.split(",", -1)) {
      String[] parts = range.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
      if (parts[0].equals("application/openmetrics-text") && hasKnownVersion(parts)) {
        open = Math.max(open, quality(parts));
      } else if (parts[0].equals("text/plain")) {
        plain = Math.max(plain, quality(parts));
      }
    }
    return open > 0 && open >= plain;
  }

  private static boolean hasKnownVersion(String[] parts) {
    return Arrays.stream(parts)
        .filter(part -> part.startsWith("version="))
        .allMatch(part -> part.equals("version=1.0.0") || part.equals("version=0.0.1"));
  }

  private static double quality(String[] parts) {
    for (String part : parts) {
      if (part.startsWith("q=")) {
        try {
          return Double.parseDouble(part.substring(2));
        } catch (NumberFormatException _) {
          return 0;
        }
      }
    }
    return 1;
  }

  @Override
  Place down(Place from, String name) {
    return from.down(name);
  }

  @Override
  void metric(Place place, Metric metric) {
    switch (metric.read()) {
      case null -> {}
      case Count(long value) -> line(place, true, "", "", Long.toString(value));
      case Level(float value) -> line(place, "", "", Float.toString(value));
      case Window(Summary summary) -> window(place, summary);
    }
  }

  private void window(Place place, Summary summary) {
    if (summary.count() == 0) {
      return;
    }
    line(place, "_count", "", Long.toString(summary.count()));
    line(place, "_sum", "", Long.toString(summary.sum()));
    line(place, "_avg", "", Double.toString(summary.avg()));
    line(place, "", "0", Long.toString(summary.min()));
    line(place, "", "0.5", Long.toString(summary.p50()));
    line(place, "", "0.9", Long.toString(summary.p90()));
    line(place, "", "0.95", Long.toString(summary.p95()));
    line(place, "", "0.99", Long.toString(summary.p99()));
    line(place, "", "0.999", Long.toString(summary.p9990()));
    line(place, "", "0.9999", Long.toString(summary.p9999()));
    line(place, "", "1", Long.toString(summary.max()));
  }

  private void line(Place place, String suffix, String quantile, String value) {
    line(place, false, suffix, quantile, value);
  }

  private void line(Place place, boolean counter, String suffix, String quantile, String value) {
    String family = names.computeIfAbsent(place.name(), this::clean) + suffix;
    var text = text();
    if (described.add(family)) {
      String help = MetricHelp.ofLinkerd(place.name(), counter, suffix);
      text.append("# HELP ").append(family).append(' ').append(help).append('\n');
    }
    if (!place.labels().equals(labels)) {
      labels = place.labels();
      shown = show(labels);
    }
    text.append(family).append(shown);
    if (!quantile.isEmpty()) {
      text.append(shown.isEmpty() ? "{" : ", ").append("quantile=\"").append(quantile).append('"');
    }
    text.append(shown.isEmpty() && quantile.isEmpty() ? " " : "} ").append(value).append('\n');
  }

  private String clean(String name) {
    return NOT_A_NAME.matcher(prefix + name).replaceAll("_");
  }

  /** Without the brace behind them. */
  private static String show(List<Label> labels) {
    var all = new StringBuilder();
    for (var label : labels) {
      String value = LABEL_ESCAPED.matcher(label.value()).replaceAll("\\\\\\\\");
      all.append(all.isEmpty() ? "{" : ", ").append(label.key()).append("=\"").append(value);
      all.append('"');
    }
    return all.toString();
  }
}
