package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The text page of {@code io.l5d.prometheus} ({@code spec/telemetry.md} §4): names, labels and even
 * the window-wise {@code _count} and {@code _sum} are what existing queries rely on.
 */
public final class PrometheusPage {
  private static final Pattern NOT_A_NAME = Pattern.compile("[^a-zA-Z0-9:]");
  private static final Pattern LABEL_ESCAPED = Pattern.compile("[\\\\\"\n]");

  private final String prefix;
  private final StringBuilder text = new StringBuilder();

  private PrometheusPage(String prefix) {
    this.prefix = prefix;
  }

  /** The page of everything below {@code root}. */
  public static String render(MetricsSnapshot root, String prefix) {
    var page = new PrometheusPage(prefix);
    page.node(root, new Place(List.of(), List.of()));
    return page.text.toString();
  }

  private void node(MetricsSnapshot node, Place place) {
    switch (node.value()) {
      case null -> {}
      case Count(long value) -> line(place, "", "", Long.toString(value));
      case Level(float value) -> line(place, "", "", Float.toString(value));
      case Window(Summary summary) -> window(place, summary);
    }
    node.children().forEach((name, child) -> node(child, place.down(name)));
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
    String name = prefix + String.join(":", place.name);
    text.append(NOT_A_NAME.matcher(name).replaceAll("_")).append(suffix);
    var labels = new ArrayList<>(place.labels);
    if (!quantile.isEmpty()) {
      labels.add(new Label("quantile", quantile));
    }
    for (int i = 0; i < labels.size(); i++) {
      String shown = LABEL_ESCAPED.matcher(labels.get(i).value).replaceAll("\\\\\\\\");
      text.append(i == 0 ? "{" : ", ").append(labels.get(i).key);
      text.append("=\"").append(shown).append('"');
    }
    text.append(labels.isEmpty() ? " " : "} ").append(value).append('\n');
  }

  private record Label(String key, String value) {}

  /** Where the walk is: the segments that make the name, and the labels taken out of them. */
  private record Place(List<String> name, List<Label> labels) {
    Place down(String segment) {
      return switch (String.join("/", name)) {
        case "rt" -> labels.isEmpty() ? labelled("rt", segment) : scoped(segment);
        case "rt/service", "rt/client", "rt/server" ->
            labels.size() == 1 ? labelled(name.get(1), segment) : scoped(segment);
        case "rt/client/service" ->
            labels.size() == 2 ? labelled("service", segment) : scoped(segment);
        case "rt/service/failures", "rt/client/failures", "rt/server/failures" -> failure(segment);
        case "rt/service/exn", "rt/client/exn", "rt/server/exn" -> exception(segment);
        default -> scoped(segment);
      };
    }

    private Place scoped(String segment) {
      return new Place(plus(name, segment), labels);
    }

    private Place labelled(String key, String value) {
      return new Place(name, plus(labels, new Label(key, value)));
    }

    private Place failure(String segment) {
      Label last = labels.getLast();
      if (!last.key.equals("exception")) {
        return labelled("exception", segment);
      }
      var joined = new Label("exception", last.value + ":" + segment);
      return new Place(name, plus(labels.subList(0, labels.size() - 1), joined));
    }

    private Place exception(String segment) {
      return new Place(List.of(name.get(0), name.get(1), "exceptions"), labels)
          .labelled("exception", segment);
    }

    private static <T> List<T> plus(List<T> list, T last) {
      var all = new ArrayList<>(list);
      all.add(last);
      return List.copyOf(all);
    }
  }
}
