package fairlead.telemetry;

import fairlead.telemetry.ConventionalPage.Named;
import fairlead.telemetry.MetricsSnapshot.Value.Count;
import fairlead.telemetry.MetricsSnapshot.Value.Level;
import fairlead.telemetry.MetricsSnapshot.Value.Window;
import fairlead.telemetry.MetricsWalk.Metric;
import fairlead.telemetry.Place.Label;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * The page of {@code io.l5d.prometheus} under names that Prometheus' conventions want (decision
 * 33): words joined by {@code _}, base units, counters that end in {@code _total}. A histogram is a
 * summary: its {@code _count} and {@code _sum} are of all that was recorded, its quantiles of the
 * last window.
 */
public final class ConventionalPage extends GroupedPage<ConventionalPlace, MetricUnit, Named> {
  /** The Content-Type of {@link #plain}. */
  public static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

  private static final String PREFIX = "fairlead_";

  /** From here on a double is not exactly one whole number. */
  private static final double MOST_EXACT = 1L << Double.PRECISION;

  private final String prefix;

  /**
   * What families are called, by the names that places have: as many as there are sorts of them.
   */
  private final Map<String, String> counterNames = new HashMap<>();

  private final Map<String, String> otherNames = new HashMap<>();
  private final PageLabels labels = new PageLabels();
  private final boolean open;

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

  enum Kind {
    COUNTER,
    GAUGE,
    SUMMARY;

    private final String word = name().toLowerCase(Locale.ROOT);
  }

  /** All series of one name. */
  static final class Named extends GroupedPage.Family<MetricUnit> {
    private final Kind kind;
    private final MetricUnit unit;
    private final String help;

    Named(String name, Kind kind, ConventionalPlace of) {
      super(name);
      this.kind = kind;
      this.unit = of.unit();
      this.help = MetricHelp.of(of.place().name(), kind == Kind.COUNTER);
    }
  }

  private ConventionalPage(String prefix, boolean open) {
    super(ConventionalPlace.ROOT);
    this.prefix = prefix.isEmpty() ? PREFIX : prefix;
    this.open = open;
  }

  /**
   * All metrics as Prometheus text 0.0.4.
   *
   * @param detailed whether with {@linkplain Metrics#details details}
   * @param prefix of all names; {@code fairlead_} where it is empty
   */
  public static PagePieces plain(MetricsTree tree, boolean detailed, String prefix) {
    return of(tree, detailed, new ConventionalPage(prefix, false));
  }

  /** The same in OpenMetrics 1.0. */
  public static PagePieces open(MetricsTree tree, boolean detailed, String prefix) {
    return of(tree, detailed, new ConventionalPage(prefix, true));
  }

  private static PagePieces of(MetricsTree tree, boolean detailed, ConventionalPage page) {
    page.note(tree.walk(detailed));
    return page;
  }

  @Override
  ConventionalPlace down(ConventionalPlace from, String name) {
    return from.down(name);
  }

  @Override
  void metric(ConventionalPlace place, Metric metric) {
    if (metric.total() != null) { // also before its first window ends
      add(Kind.SUMMARY, place, metric);
      return;
    }
    switch (metric.read()) {
      case Count _ -> add(Kind.COUNTER, place, metric);
      case Level _ -> add(place.isGrowing() ? Kind.COUNTER : Kind.GAUGE, place, metric);
      case null, default -> {}
    }
  }

  /** Names may look alike once they are cleaned: the first has the name. */
  private void add(Kind kind, ConventionalPlace place, Metric metric) {
    String name = name(place, kind == Kind.COUNTER);
    var family = family(name, () -> new Named(name, kind, place));
    if (family.kind == kind) {
      family.add(place.labels(), metric, place.unit());
    }
  }

  private String name(ConventionalPlace place, boolean counter) {
    return (counter ? counterNames : otherNames)
        .computeIfAbsent(place.place().name(), _ -> place.family(prefix, counter));
  }

  @Override
  void head(Named family, PageBytes to) {
    String shown = family.kind == Kind.COUNTER && !open ? family.name() + "_total" : family.name();
    to.append("# HELP ").append(shown).append(' ').append(family.help).append('\n');
    to.append("# TYPE ").append(shown).append(' ').append(family.kind.word).append('\n');
    if (open && !family.unit.base.isEmpty()) {
      to.append("# UNIT ").append(shown).append(' ').append(family.unit.base).append('\n');
    }
  }

  @Override
  void series(Named family, List<Label> of, Metric metric, MetricUnit unit, PageBytes to) {
    if (!family.isNew(of)) {
      return;
    }
    var total = metric.total();
    var value = metric.read();
    if (total != null) {
      summary(
          family.name(),
          of,
          total,
          value instanceof Window(var last) ? last : Summary.EMPTY,
          unit,
          to);
      return;
    }
    String shown = labels.of(of);
    String name = family.kind == Kind.COUNTER ? family.name() + "_total" : family.name();
    switch (value) {
      case Count(long count) -> line(name, shown, number(unit, count), to);
      case Level(float level) ->
          line(name, shown, number(unit, Double.parseDouble(Float.toString(level))), to);
      case null, default -> {} // it was there a moment ago
    }
  }

  private void summary(
      String name, List<Label> of, Total total, Summary window, MetricUnit unit, PageBytes to) {
    if (window.count() > 0) {
      for (var quantile : QUANTILES) {
        String value = number(unit, quantile.of.applyAsLong(window));
        line(name, labels.of(of, quantile.label), value, to);
      }
    }
    line(name + "_sum", labels.of(of), number(unit, total.sum()), to);
    line(name + "_count", labels.of(of), Long.toString(total.count()), to);
  }

  private static void line(String name, String labels, String value, PageBytes to) {
    to.append(name).append(labels).append(' ').append(value).append('\n');
  }

  /** All digits where the unit is the base itself. */
  private static String number(MetricUnit unit, long value) {
    return unit.inBase(1) == 1 ? Long.toString(value) : number(unit, (double) value);
  }

  private static String number(MetricUnit unit, double value) {
    double shown = unit.inBase(value);
    boolean whole = shown == Math.rint(shown) && Math.abs(shown) < MOST_EXACT;
    return whole ? Long.toString((long) shown) : Double.toString(shown);
  }

  @Override
  void end(PageBytes to) {
    if (open) {
      to.append("# EOF\n");
    }
  }
}
