package fairlead.telemetry;

import fairlead.telemetry.MetricsWalk.Metric;
import fairlead.telemetry.Place.Label;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A page that tells of all series of a name together, wherever in the tree they are. First it goes
 * through the tree and notes where each is; what they are is read, and becomes text, piece by piece
 * while the page is sent.
 *
 * @param <P> what a page knows of where the walk is
 * @param <T> what it wants to know of a series beside its labels
 * @param <F> the families
 */
abstract class GroupedPage<P, T, F extends GroupedPage.Family<T>> extends PlacedVisitor<P>
    implements PagePieces {
  private final TreeMap<String, F> families = new TreeMap<>();
  private PageBytes text = new PageBytes();

  /** The one that is being told of; null between them. */
  private @Nullable F telling;

  private int told;
  private boolean over;

  /** All series of one name. Few bytes for each, as there are many. */
  abstract static class Family<T> {
    private final String name;
    private final ArrayList<List<Label>> labels = new ArrayList<>();
    private final ArrayList<Metric> metrics = new ArrayList<>();

    /** Nearly always one for all. */
    private final List<Run<T>> runs = new ArrayList<>(1);

    /** That of the series that is told of. */
    private int run;

    /** A tag of all series from one on. */
    private record Run<T>(int from, T tag) {}

    /** Those that have been told of: names may look alike, and then the first has the series. */
    private final Set<List<Label>> shown = new HashSet<>();

    Family(String name) {
      this.name = name;
    }

    final String name() {
      return name;
    }

    final void add(List<Label> labels, Metric metric, T tag) {
      if (runs.isEmpty() || !runs.getLast().tag.equals(tag)) {
        runs.add(new Run<>(metrics.size(), tag));
      }
      this.labels.add(labels);
      metrics.add(metric);
    }

    final int size() {
      return metrics.size();
    }

    final List<Label> labels(int index) {
      return labels.get(index);
    }

    final Metric metric(int index) {
      return metrics.get(index);
    }

    /** To be asked for in order. */
    final T tag(int index) {
      while (run + 1 < runs.size() && runs.get(run + 1).from <= index) {
        run++;
      }
      return runs.get(run).tag;
    }

    /** No more are added. */
    final void trim() {
      labels.trimToSize();
      metrics.trimToSize();
    }

    /** Whether these have not been told of before. */
    final boolean isNew(List<Label> labels) {
      return shown.add(labels);
    }
  }

  GroupedPage(P root) {
    super(root);
  }

  /** Notes all there is. */
  final void note(MetricsWalk walk) {
    walk.all(this);
    families.values().forEach(Family::trim);
  }

  /** Writes what comes before the series. */
  abstract void head(F family, PageBytes to);

  /** Writes a series, as it is now. */
  abstract void series(F family, List<Label> labels, Metric metric, T tag, PageBytes to);

  /** Writes what comes behind all families. */
  abstract void end(PageBytes to);

  /** Of this name; what {@code made} makes where there is none yet. */
  final F family(String name, Supplier<F> made) {
    return families.computeIfAbsent(name, _ -> made.get());
  }

  @Override
  public final PageBytes next() {
    while (!over && text.length() < SIZE) {
      step();
    }
    var piece = text;
    text = new PageBytes();
    return piece;
  }

  private void step() {
    var family = telling;
    if (family == null) {
      var next = families.pollFirstEntry();
      if (next == null) {
        end(text);
        over = true;
        return;
      }
      telling = next.getValue();
      told = 0;
      head(next.getValue(), text);
    } else if (told < family.size()) {
      series(family, family.labels(told), family.metric(told), family.tag(told), text);
      told++;
    } else {
      telling = null;
    }
  }

  @Override
  public final boolean isOver() {
    return over;
  }
}
