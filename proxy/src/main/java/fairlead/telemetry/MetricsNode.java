package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.telemetry.MetricsSnapshot.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
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
          DetailsCell.class, "details");

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
    return scope(name).gauge(new Reading(value));
  }

  private synchronized Watch gauge(Reading added) {
    var before = cell;
    if (before != null && !(before instanceof GaugeCell)) {
      throw clash(before, GaugeCell.class);
    }
    cell = GaugeCell.with(before, added);
    return () -> without(added);
  }

  private synchronized void without(Reading gone) {
    cell = GaugeCell.without(cell, gone);
  }

  @Override
  public Watch details(String name, Supplier<Map<String, Map<String, Double>>> rows) {
    return scope(name).details(new DetailsCell(rows));
  }

  private synchronized Watch details(DetailsCell added) {
    var before = cell;
    if (before != null && !(before instanceof DetailsCell)) {
      throw clash(before, DetailsCell.class);
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
      stat.summarise(window);
    }
    var below = branch;
    if (below != null) {
      below.forEach(child -> child.summarise(window));
    }
  }

  /** Tells of every histogram from here down, by the names below {@code path}. */
  void histograms(List<String> path, BiConsumer<List<String>, Histogram> found) {
    if (cell instanceof StatCell stat) {
      found.accept(path, stat.histogram);
    }
    eachChild(
        child -> {
          var below = new ArrayList<>(path);
          below.add(child.name);
          child.histograms(below, found);
        });
  }

  /** What every histogram from here down got since it is there. */
  Totals totals() {
    var below = new TreeMap<String, Totals>();
    eachChild(
        child -> {
          var totals = child.totals();
          if (!totals.isEmpty()) {
            below.put(child.name, totals);
          }
        });
    if (cell instanceof StatCell stat) {
      return new Totals(stat.histogram.total(), below);
    }
    return below.isEmpty() ? Totals.NONE : new Totals(null, below);
  }

  MetricsSnapshot snapshot(boolean detailed) {
    var below = new TreeMap<String, MetricsSnapshot>();
    eachChild(child -> put(below, child.name, child.snapshot(detailed)));
    var found = cell;
    if (detailed && found instanceof DetailsCell(var rows)) {
      rows.get().forEach((key, row) -> below.put(key, row(row)));
    }
    return new MetricsSnapshot(found == null ? null : found.value(), below);
  }

  /** Of what is wanted, what there is. */
  MetricsSnapshot snapshot(MetricsChoice wanted) {
    var below = new TreeMap<String, MetricsSnapshot>();
    var all = branch;
    var each = wanted.each();
    if (each != null) {
      eachChild(
          child -> {
            var of = wanted.named().getOrDefault(child.name, each);
            put(below, child.name, child.snapshot(of));
          });
    } else if (all != null) {
      for (var child : wanted.named().entrySet()) {
        var found = all.get(child.getKey());
        if (found != null) {
          put(below, child.getKey(), found.snapshot(child.getValue()));
        }
      }
    }
    var found = wanted.value() ? cell : null;
    return new MetricsSnapshot(found == null ? null : found.value(), below);
  }

  private static void put(
      Map<String, MetricsSnapshot> below, String name, MetricsSnapshot snapshot) {
    if (!snapshot.isEmpty()) {
      below.put(name, snapshot);
    }
  }

  private static MetricsSnapshot row(Map<String, Double> row) {
    var cells = new TreeMap<String, MetricsSnapshot>();
    row.forEach(
        (key, value) ->
            cells.put(
                key, new MetricsSnapshot(new Value.Level(value.floatValue()), new TreeMap<>())));
    return new MetricsSnapshot(null, cells);
  }

  /** What a node holds. */
  private sealed interface Cell {
    /** Null while there is nothing to show. */
    @Nullable Value value();
  }

  private static final class CounterCell implements Cell, Counter {
    private final LoopAdder count = new LoopAdder();

    @Override
    public void add(long n) {
      count.add(n);
    }

    @Override
    public long sum() {
      return count.sum();
    }

    @Override
    public Value value() {
      return new Value.Count(sum());
    }
  }

  private static final class StatCell implements Cell, Stat {
    private final Histogram histogram = new Histogram();

    /** Of the last complete window; written by whoever summarises, read by any thread. */
    private volatile @Nullable Summary last;

    @Override
    public void add(long value) {
      histogram.record(value);
    }

    void summarise(Histogram.Window window) {
      last = histogram.summarise(window);
    }

    @Override
    public @Nullable Value value() {
      var summary = last;
      return summary == null ? null : new Value.Window(summary);
    }
  }

  /** One supplier of a gauge; itself alone, whatever it reads. */
  private static final class Reading {
    private final DoubleSupplier read;

    Reading(DoubleSupplier read) {
      this.read = read;
    }
  }

  /**
   * A gauge.
   *
   * @param readings whose value is shown comes last, those that it covers before it; at least one
   */
  private record GaugeCell(List<Reading> readings) implements Cell {
    static @Nullable Cell with(@Nullable Cell old, Reading added) {
      if (old == null) {
        return new GaugeCell(List.of(added));
      }
      return old instanceof GaugeCell(var some)
          ? new GaugeCell(Stream.concat(some.stream(), Stream.of(added)).toList())
          : old;
    }

    static @Nullable Cell without(@Nullable Cell old, Reading gone) {
      if (!(old instanceof GaugeCell(var some))) {
        return old;
      }
      var left = some.stream().filter(one -> !one.equals(gone)).toList();
      return left.isEmpty() ? null : new GaugeCell(left);
    }

    @Override
    public @Nullable Value value() {
      try {
        float now = (float) readings.getLast().read.getAsDouble();
        return Float.isFinite(now) ? new Value.Level(now) : null;
      } catch (RuntimeException e) {
        return null; // one broken gauge must not cost the whole page
      }
    }
  }

  /**
   * Nothing of its own.
   *
   * @param rows below the node, for those who ask for them
   */
  private record DetailsCell(Supplier<Map<String, Map<String, Double>>> rows) implements Cell {
    @Override
    public @Nullable Value value() {
      return null;
    }
  }
}
