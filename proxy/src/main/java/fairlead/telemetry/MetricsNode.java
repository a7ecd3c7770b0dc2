package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsWalk.Metric;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A name, at most one value, and children. Any thread. */
sealed class MetricsNode implements Metrics {
  /** Where the names go that are too many. */
  static final String OVERFLOW = "overflow";

  private static final int MAX_NAME_CHARS = 512;

  private static final Map<Class<? extends Cell>, String> KINDS =
      Map.of(
          CounterCell.class, "counter",
          StatCell.class, "stat",
          GaugeCell.class, "gauge",
          DetailsCell.class, "details",
          DetailCell.class, "detail");

  private final String name;
  private final @Nullable MetricsNode parent;

  /** Changed under this object's lock. */
  private volatile @Nullable Cell cell;

  /** Null in a leaf; made under this object's lock. */
  private volatile @Nullable MetricsBranch branch;

  private MetricsNode(String name, @Nullable MetricsNode parent) {
    this.name = name;
    this.parent = parent;
  }

  /** What a tree knows once. */
  private static final class Root extends MetricsNode {
    private final int maxChildren;

    Root(int maxChildren) {
      super("", null);
      this.maxChildren = maxChildren;
    }
  }

  static MetricsNode root(int maxChildren) {
    return new Root(maxChildren);
  }

  private Root root() {
    var node = this;
    while (node.parent != null) {
      node = node.parent;
    }
    return (Root) node;
  }

  String name() {
    return name;
  }

  @Override
  public MetricsNode scope(String name) {
    var below = branch();
    var known = below.get(name);
    if (known != null) {
      return known;
    }
    String key = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) : name;
    var root = root();
    if (below.size() >= root.maxChildren && below.get(key) == null) {
      key = OVERFLOW;
      countOverflow(root);
    }
    return child(key);
  }

  private MetricsNode child(String key) {
    return branch().get(key, k -> new MetricsNode(k, this));
  }

  /** Whatever else there is at the root, there is room for this. */
  private static void countOverflow(MetricsNode root) {
    root.child("metrics").child("overflowed").cell(CounterCell.class, CounterCell::new).increment();
  }

  @Override
  public Counter counter(String name) {
    return scope(name).cell(CounterCell.class, CounterCell::new);
  }

  @Override
  public Stat stat(String name) {
    return scope(name).cell(StatCell.class, StatCell::new);
  }

  @Override
  public Watch gauge(String name, DoubleSupplier value) {
    return scope(name).gauge(value);
  }

  private synchronized Watch gauge(DoubleSupplier value) {
    var added =
        switch (cell) {
          case null -> new GaugeCell(value, null);
          case GaugeCell covered -> new GaugeCell(value, covered);
          case Cell other -> throw clash(other, GaugeCell.class);
        };
    cell = added;
    return added;
  }

  private synchronized void without(GaugeCell gone) {
    if (gone.equals(cell)) {
      cell = gone.covered;
    } else if (cell instanceof GaugeCell shown) {
      shown.uncover(gone);
    }
  }

  @Override
  public Watch details(String name, Supplier<Map<String, Map<String, Double>>> rows) {
    return scope(name).details(new DetailsCell(rows));
  }

  private synchronized Watch details(DetailsCell added) {
    if (cell != null && !(cell instanceof DetailsCell)) {
      throw clash(cell, DetailsCell.class);
    }
    cell = added;
    return () -> without(added);
  }

  private synchronized void without(DetailsCell gone) {
    if (gone.equals(cell)) {
      cell = null;
    }
  }

  @Override
  public MetricsNode hold() {
    branch().hold();
    return this;
  }

  /** An overflow node stays: others share it. */
  @Override
  public void remove() {
    var below = branch;
    if (below != null && below.isStillHeld()) {
      return;
    }
    if (parent == null) {
      branch().clear();
    } else if (!name.equals(OVERFLOW)) {
      parent.branch().remove(this);
    }
  }

  private MetricsBranch branch() {
    var made = branch;
    return made == null ? makeBranch() : made;
  }

  private synchronized MetricsBranch makeBranch() {
    var made = branch;
    if (made == null) {
      made = new MetricsBranch();
      branch = made;
    }
    return made;
  }

  private void eachChild(Consumer<MetricsNode> action) {
    var made = branch;
    if (made != null) {
      made.forEach(action);
    }
  }

  private <C extends Cell> C cell(Class<C> kind, Supplier<C> make) {
    var found = cell;
    if (found == null) {
      found = makeCell(make);
    }
    if (!kind.isInstance(found)) {
      throw clash(found, kind);
    }
    return kind.cast(found);
  }

  private synchronized Cell makeCell(Supplier<? extends Cell> make) {
    var made = cell;
    if (made == null) {
      made = make.get();
      cell = made;
    }
    return made;
  }

  private IllegalStateException clash(Cell found, Class<? extends Cell> wanted) {
    String is = kindOf(found.getClass());
    return new IllegalStateException(
        "metric " + path() + ": is a " + is + " (expected: " + kindOf(wanted) + ")");
  }

  private static String kindOf(Class<? extends Cell> cell) {
    return KINDS.getOrDefault(cell, "");
  }

  private String path() {
    return parent == null || parent.parent == null ? name : parent.path() + "/" + name;
  }

  /** Ends the window of every histogram from here down; {@code window} is memory for each. */
  void summarise(Histogram.Window window) {
    if (cell instanceof StatCell stat) {
      stat.last = stat.summarise(window);
    }
    var below = branch;
    if (below != null) {
      below.forEach(child -> child.summarise(window));
    }
  }

  /** Tells of every histogram from here down, by the names below {@code path}. */
  void histograms(List<String> path, BiConsumer<List<String>, Histogram> found) {
    if (cell instanceof StatCell stat) {
      found.accept(path, stat);
    }
    eachChild(
        child -> {
          var below = new ArrayList<>(path);
          below.add(child.name);
          child.histograms(below, found);
        });
  }

  /** What stands here; null for nothing. */
  @Nullable Metric metric() {
    return cell;
  }

  /** Whether nothing is below. */
  boolean isLeaf(boolean detailed) {
    return branch == null && !(detailed && cell instanceof DetailsCell);
  }

  /** What is below, by name; with details where {@code detailed}. */
  Iterator<MetricsNode> sorted(boolean detailed) {
    return below(detailed).values().iterator();
  }

  private SequencedMap<String, MetricsNode> below(boolean detailed) {
    var below = new TreeMap<String, MetricsNode>();
    eachChild(child -> below.put(child.name, child));
    if (detailed && cell instanceof DetailsCell details) {
      details.rows.get().forEach((key, row) -> below.put(key, row(key, row)));
    }
    return below;
  }

  /** Of the same shape as what is in the tree, which it is not. */
  private static MetricsNode row(String name, Map<String, Double> row) {
    var node = new MetricsNode(name, null);
    row.forEach((key, value) -> node.child(key).cell = new DetailCell(value.floatValue()));
    return node;
  }

  /**
   * The node at this path below this one, or null where there is none with a value in or below it.
   * A name that contains slashes itself is found too: the longest that fits is tried first.
   */
  @Nullable MetricsNode at(List<String> path, boolean detailed) {
    if (path.isEmpty()) {
      return hasValues(detailed) ? this : null;
    }
    var below = below(detailed);
    for (int n = path.size(); n > 0; n--) {
      var child = below.get(String.join("/", path.subList(0, n)));
      var found = child == null ? null : child.at(path.subList(n, path.size()), detailed);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private boolean hasValues(boolean detailed) {
    return value(cell) != null
        || below(detailed).values().stream().anyMatch(child -> child.hasValues(detailed));
  }

  MetricsSnapshot snapshot() {
    var found = cell;
    if (branch == null) {
      return MetricsSnapshot.leaf(value(found));
    }
    var below = new TreeMap<String, MetricsSnapshot>();
    eachChild(child -> put(below, child.name, child.snapshot()));
    return new MetricsSnapshot(value(found), below);
  }

  private static @Nullable Value value(@Nullable Cell cell) {
    return cell == null ? null : cell.read();
  }

  /** Of what is wanted, what there is. */
  MetricsSnapshot snapshot(MetricsChoice wanted) {
    var found = wanted.value() ? cell : null;
    var all = branch;
    if (all == null) {
      return MetricsSnapshot.leaf(value(found));
    }
    var below = new TreeMap<String, MetricsSnapshot>();
    var each = wanted.each();
    if (each != null) {
      all.forEach(
          child -> {
            var of = wanted.named().getOrDefault(child.name, each);
            put(below, child.name, child.snapshot(of));
          });
    } else {
      for (var named : wanted.named().entrySet()) {
        var child = all.get(named.getKey());
        if (child != null) {
          put(below, child.name, child.snapshot(named.getValue()));
        }
      }
    }
    return new MetricsSnapshot(value(found), below);
  }

  private static void put(
      Map<String, MetricsSnapshot> below, String name, MetricsSnapshot snapshot) {
    if (!snapshot.isEmpty()) {
      below.put(name, snapshot);
    }
  }

  /** What a node holds. */
  private sealed interface Cell extends Metric {}

  private static final class CounterCell extends LoopAdder implements Cell, Counter {
    @Override
    public Value read() {
      return new Value.Count(sum());
    }
  }

  private static final class StatCell extends Histogram implements Cell, Stat {
    /** Of the last complete window; written by whoever summarises, read by any thread. */
    private volatile @Nullable Summary last;

    @Override
    public void add(long value) {
      record(value);
    }

    @Override
    public @Nullable Value read() {
      var summary = last;
      return summary == null ? null : new Value.Window(summary);
    }
  }

  /** A gauge of this node, until it is closed. */
  private final class GaugeCell implements Cell, Watch {
    private final DoubleSupplier read;

    /** The gauge that is shown again when this one is closed; guarded by the node. */
    private @Nullable GaugeCell covered;

    GaugeCell(DoubleSupplier read, @Nullable GaugeCell covered) {
      this.read = read;
      this.covered = covered;
    }

    void uncover(GaugeCell gone) {
      if (gone.equals(covered)) {
        covered = gone.covered;
      } else if (covered != null) {
        covered.uncover(gone);
      }
    }

    @Override
    public @Nullable Value read() {
      try {
        float now = (float) read.getAsDouble();
        return Float.isFinite(now) ? new Value.Level(now) : null;
      } catch (RuntimeException e) {
        return null; // one broken gauge must not cost the whole page
      }
    }

    @Override
    public void close() {
      without(this);
    }
  }

  /**
   * Nothing of its own.
   *
   * @param rows below the node, for those who ask for them
   */
  private record DetailsCell(Supplier<Map<String, Map<String, Double>>> rows) implements Cell {
    @Override
    public @Nullable Value read() {
      return null;
    }
  }

  /** Of a row of details, as it was when somebody asked. */
  private record DetailCell(float now) implements Cell {
    @Override
    public @Nullable Value read() {
      return Float.isFinite(now) ? new Value.Level(now) : null;
    }
  }
}
