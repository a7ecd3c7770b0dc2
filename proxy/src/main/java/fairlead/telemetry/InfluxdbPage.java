package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsWalk.Metric;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The page of {@code io.l5d.influxdb} ({@code spec/telemetry.md} §5): the line protocol, a line for
 * each node with all values of its children, behind the lines of what is below these.
 */
public final class InfluxdbPage extends WalkingPage<InfluxdbPage.Node> {
  private static final Pattern NOT_A_NAME = Pattern.compile("[^a-zA-Z0-9:]");
  private static final Pattern SPECIAL = Pattern.compile("[,= ]");
  private static final Pattern NOT_AS_IT_IS = Pattern.compile("[,= \r\n\\\\]");
  private static final Pattern LINE_END = Pattern.compile("[\r\n]");

  private final Place.Label host;

  /** Where the walk is. */
  static final class Node {
    private final Place place;
    private final @Nullable Node parent;

    /** Its name, which is the field's in the line of its parent. */
    private final String name;

    /** Of its line. */
    private final Map<String, String> fields = new TreeMap<>();

    private Node(Place place, @Nullable Node parent, String name) {
      this.place = place;
      this.parent = parent;
      this.name = name;
    }
  }

  private InfluxdbPage(MetricsWalk walk, String host) {
    super(walk, new Node(Place.ROOT, null, ""));
    this.host = new Place.Label("host", host);
  }

  /**
   * The page of all metrics.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   * @param host the {@code Host} that the scrape came with; null or empty for none
   */
  public static PagePieces of(MetricsTree tree, boolean detailed, @Nullable String host) {
    return new InfluxdbPage(tree.walk(detailed), host == null || host.isEmpty() ? "none" : host);
  }

  @Override
  Node down(Node from, String name) {
    return new Node(from.place.scope(name), from, name);
  }

  @Override
  void metric(Node node, Metric metric) {
    if (node.parent != null) {
      fields(node.parent.fields, node.name, metric.read());
    }
  }

  @Override
  void leave(Node node) {
    if (!node.fields.isEmpty()) {
      line(node.place, node.fields);
    }
  }

  private static void fields(Map<String, String> to, String name, @Nullable Value value) {
    switch (value) {
      case null -> {}
      case Count(long count) -> to.put(name, Long.toString(count));
      case Level(float level) -> to.put(name, Float.toString(level));
      case Window(Summary summary) -> {
        to.put(name + "_avg", Double.toString(summary.avg()));
        to.put(name + "_count", Long.toString(summary.count()));
        to.put(name + "_max", Long.toString(summary.max()));
        to.put(name + "_min", Long.toString(summary.min()));
        to.put(name + "_p50", Long.toString(summary.p50()));
        to.put(name + "_p90", Long.toString(summary.p90()));
        to.put(name + "_p95", Long.toString(summary.p95()));
        to.put(name + "_p99", Long.toString(summary.p99()));
        to.put(name + "_p999", Long.toString(summary.p9990()));
        to.put(name + "_p9999", Long.toString(summary.p9999()));
        to.put(name + "_sum", Long.toString(summary.sum()));
      }
    }
  }

  private void line(Place place, Map<String, String> fields) {
    var text = text();
    text.append(place.name().isEmpty() ? "root" : NOT_A_NAME.matcher(place.name()).replaceAll("_"));
    List<Place.Label> tags = new ArrayList<>(place.labels());
    tags.add(host);
    tags.sort(Comparator.comparing(Place.Label::key));
    for (var tag : tags) {
      text.append(',').append(tag.key()).append('=').append(escaped(tag.value()));
    }
    char separator = ' ';
    for (var field : fields.entrySet()) {
      text.append(separator).append(escaped(field.getKey()));
      text.append('=').append(field.getValue());
      separator = ',';
    }
    text.append('\n');
  }

  /** A line ends at its end, and a backslash before a comma would hide that it is escaped. */
  private static String escaped(String text) {
    if (!NOT_AS_IT_IS.matcher(text).find()) {
      return text;
    }
    String oneLine = LINE_END.matcher(text).replaceAll("_").replace('\\', '_');
    return SPECIAL.matcher(oneLine).replaceAll("\\\\$0");
  }
}
