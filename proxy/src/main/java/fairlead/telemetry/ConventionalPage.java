package fairlead.telemetry;

import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The page of {@code io.l5d.prometheus} under names that Prometheus' conventions want (decision
 * 33): words joined by {@code _}, base units, counters that end in {@code _total}. A histogram is a
 * summary: its {@code _count} and {@code _sum} are of all that was recorded, its quantiles of the
 * last window.
 */
public final class ConventionalPage {
  /** The Content-Type of {@link #plain}. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String PREFIX = "fairlead_";

  private final String prefix;

  /**
   * What families are called, by the names that places have: as many as there are sorts of them.
   */
  private final Map<String, String> counterNames = new HashMap<>();

  private final Map<String, String> otherNames = new HashMap<>();
  private final PageLabels labels = new PageLabels();
  private final TreeMap<String, Family> families = new TreeMap<>();

  /**
   * One line of a summary.
   *
   * @param label written as OpenMetrics wants it, so that the series are the same in both forms
   */
  private record Quantile(String label, ToLongFunction<Summary> of) {}

  private static final List<Quantile> QUANTILES =
      List.of(
          new Quantile("0.0", Summary::min),
          new Quantile("0.5", Summary::p50),
          new Quantile("0.9", Summary::p90),
          new Quantile("0.95", Summary::p95),
          new Quantile("0.99", Summary::p99),
          new Quantile("0.999", Summary::p9990),
          new Quantile("0.9999", Summary::p9999),
          new Quantile("1.0", Summary::max));

  private enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY;

    private final String word = name().toLowerCase(Locale.ROOT);
  }

  /** All series of one name. */
  private static final class Family {
    private final Kind kind;
    private final MetricUnit unit;
    private final String help;
    private final Set<String> labels = new HashSet<>();
    private final PageBytes lines = new PageBytes();

    Family(Kind kind, ConventionalPlace of) {
      this.kind = kind;
      this.unit = of.unit();
      this.help = MetricHelp.of(of.place().name(), kind == Kind.COUNTER);
    }

    void line(String name, String labels, String value) {
      lines.append(name).append(labels).append(' ').append(value).append('\n');
    }
  }

  private ConventionalPage(MetricsTree tree, boolean detailed, String prefix) {
    this.prefix = prefix.isEmpty() ? PREFIX : prefix;
    var root = tree.snapshot(detailed);
    node(root, tree.totals(), ConventionalPlace.ROOT);
  }

  /**
   * All metrics as Prometheus text 0.0.4.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   * @param prefix of all names; {@code fairlead_} where it is empty
   */
  public static PageBytes plain(MetricsTree tree, boolean detailed, String prefix) {
    return new ConventionalPage(tree, detailed, prefix).text(false);
  }

  /** The same in OpenMetrics 1.0. */
  public static PageBytes open(MetricsTree tree, boolean detailed, String prefix) {
    return new ConventionalPage(tree, detailed, prefix).text(true).append("# EOF\n");
  }

  private void node(MetricsSnapshot node, Totals totals, ConventionalPlace place) {
    switch (node.value()) {
      case null -> total(totals, Summary.EMPTY, place);
      case Count(long value) -> counter(place, (double) value);
      case Level(float value) -> level(place, Double.parseDouble(Float.toString(value)));
      case Window(Summary window) -> total(totals, window, place);
    }
    node.children().forEach((name, child) -> node(child, totals.at(name), place.down(name)));
    totals
        .children()
        .forEach(
            (name, below) -> {
              if (!node.children().containsKey(name)) {
                unseen(below, place.down(name));
              }
            });
  }

  /** What has had no window yet is in no snapshot. */
  private void unseen(Totals totals, ConventionalPlace place) {
    total(totals, Summary.EMPTY, place);
    totals.children().forEach((name, below) -> unseen(below, place.down(name)));
  }

  private void total(Totals totals, Summary window, ConventionalPlace place) {
    if (totals.total() != null) {
      summary(place, window, totals.total());
    }
  }

  private String name(ConventionalPlace place, boolean counter) {
    return (counter ? counterNames : otherNames)
        .computeIfAbsent(place.place().name(), _ -> place.family(prefix, counter));
  }

  private void level(ConventionalPlace place, double value) {
    if (place.isGrowing()) {
      counter(place, value);
      return;
    }
    String name = name(place, false);
    String shown = labels.of(place.labels());
    var family = familyFor(Kind.GAUGE, place, name, shown);
    if (family != null) {
      family.line(name, shown, number(place, value));
    }
  }

  private void counter(ConventionalPlace place, double value) {
    String name = name(place, true);
    String shown = labels.of(place.labels());
    var family = familyFor(Kind.COUNTER, place, name, shown);
    if (family != null) {
      family.line(name + "_total", shown, number(place, value));
    }
  }

  private void summary(ConventionalPlace place, Summary window, Total total) {
    String name = name(place, false);
    String shown = labels.of(place.labels());
    var family = familyFor(Kind.SUMMARY, place, name, shown);
    if (family == null) {
      return;
    }
    if (window.count() > 0) {
      for (var quantile : QUANTILES) {
        String value = number(place, (double) quantile.of.applyAsLong(window));
        family.line(name, labels.of(place.labels(), quantile.label), value);
      }
    }
    family.line(name + "_sum", shown, number(place, (double) total.sum()));
    family.line(name + "_count", shown, Long.toString(total.count()));
  }

  /**
   * Where a series goes, or null when there is one like it. Names may look alike once they are
   * cleaned: the first has the series, and the name.
   */
  private @Nullable Family familyFor(
      Kind kind, ConventionalPlace place, String name, String labels) {
    var family = families.computeIfAbsent(name, _ -> new Family(kind, place));
    return family.kind == kind && family.labels.add(labels) ? family : null;
  }

  private static String number(ConventionalPlace place, double value) {
    double shown = place.unit().inBase(value);
    return shown == Math.rint(shown) ? Long.toString((long) shown) : Double.toString(shown);
  }

  /** Leaves no families. */
  private PageBytes text(boolean open) {
    var text = new PageBytes();
    for (var next = families.pollFirstEntry(); next != null; next = families.pollFirstEntry()) {
      var family = next.getValue();
      String name = next.getKey();
      String shown = family.kind == Kind.COUNTER && !open ? name + "_total" : name;
      text.append("# HELP ").append(shown).append(' ').append(family.help).append('\n');
      text.append("# TYPE ").append(shown).append(' ').append(family.kind.word).append('\n');
      if (open && !family.unit.base.isEmpty()) {
        text.append("# UNIT ").append(shown).append(' ').append(family.unit.base).append('\n');
      }
      text.append(family.lines);
    }
    return text;
  }
}
