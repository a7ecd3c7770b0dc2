package fairlead.telemetry;

import fairlead.activity.Watch;
import fairlead.telemetry.MetricsSnapshot.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A name, at most one value, and children. Any thread. */
final class MetricsNode implements Metrics {
  /** Where the names go that are too many. */
  static final String OVERFLOW = "overflow";

  private static final int MAX_NAME_CHARS = 512;

  private final String name;
  private final @Nullable MetricsNode parent;
  private final int maxChildren;
  private final AtomicReference<@Nullable Cell> cell = new AtomicReference<>();

  private volatile @Nullable Supplier<Map<String, Map<String, Double>>> details;

  /** Null while there are none, as in every leaf. */
  private final AtomicReference<@Nullable ConcurrentMap<String, MetricsNode>> children =
      new AtomicReference<>();

  /** How often {@link #remove} is still owed. */
  private int holds;

  private MetricsNode(String name, @Nullable MetricsNode parent, int maxChildren) {
    this.name = name;
    this.parent = parent;
    this.maxChildren = maxChildren;
  }

  static MetricsNode root(int maxChildren) {
    return new MetricsNode("", null, maxChildren);
  }

  @Override
  public MetricsNode scope(String name) {
    var children = children();
    var known = children.get(name);
    if (known != null) {
      return known;
    }
    String key = name.length() > MAX_NAME_CHARS ? name.substring(0, MAX_NAME_CHARS) : name;
    if (children.size() >= maxChildren && !children.containsKey(key)) {
      key = OVERFLOW;
      countOverflow();
    }
    return child(key);
  }

  private MetricsNode child(String key) {
    return children().computeIfAbsent(key, k -> new MetricsNode(k, this, maxChildren));
  }

  /** Whatever else there is at the root, there is room for this. */
  private void countOverflow() {
    var root = this;
    while (root.parent != null) {
      root = root.parent;
    }
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
    var node = scope(name);
    var reading = new Reading(value);
    Cell before = node.cell.getAndUpdate(old -> GaugeCell.with(old, reading));
    if (before != null && !(before instanceof GaugeCell)) {
      throw node.clash(before, GaugeCell.class);
    }
    return () -> node.cell.getAndUpdate(old -> GaugeCell.without(old, reading));
  }

  @Override
  public synchronized MetricsNode hold() {
    holds++;
    return this;
  }

  @Override
  public Watch details(String name, Supplier<Map<String, Map<String, Double>>> rows) {
    var node = scope(name);
    node.details = rows;
    return () -> node.details = null;
  }

  /** An overflow node stays: others share it. */
  @Override
  public void remove() {
    if (isStillHeld()) {
      return;
    }
    if (parent == null) {
      children().clear();
    } else if (!name.equals(OVERFLOW)) {
      parent.children().remove(name, this);
    }
  }

  private synchronized boolean isStillHeld() {
    return holds > 0 && --holds > 0;
  }

  private ConcurrentMap<String, MetricsNode> children() {
    var made = children.get();
    if (made == null) {
      children.compareAndSet(null, new ConcurrentHashMap<>(4));
      made = children.get();
    }
    return java.util.Objects.requireNonNull(made);
  }

  private Map<String, MetricsNode> known() {
    var made = children.get();
    return made == null ? Map.of() : made;
  }

  private <C extends Cell> C cell(Class<C> kind, Supplier<C> make) {
    Cell found = cell.get();
    if (found == null) {
      var made = make.get();
      found = cell.compareAndSet(null, made) ? made : cell.get();
    }
    if (!kind.isInstance(found)) {
      throw clash(found, kind);
    }
    return kind.cast(found);
  }

  private IllegalStateException clash(@Nullable Cell found, Class<? extends Cell> wanted) {
    return new IllegalStateException(
        "metric "
            + path()
            + ": is a "
            + (found == null ? "gauge" : kindOf(found.getClass()))
            + " (expected: "
            + kindOf(wanted)
            + ")");
  }

  private static String kindOf(Class<? extends Cell> cell) {
    return cell == CounterCell.class ? "counter" : cell == StatCell.class ? "stat" : "gauge";
  }

  private String path() {
    return parent == null || parent.parent == null ? name : parent.path() + "/" + name;
  }

  /** Ends the window of every histogram from here down; {@code window} is memory for each. */
  void summarise(Histogram.Window window) {
    if (cell.get() instanceof StatCell stat) {
      stat.summarise(window);
    }
    known().values().forEach(child -> child.summarise(window));
  }

  /** Tells of every histogram from here down, by the names below {@code path}. */
  void histograms(List<String> path, BiConsumer<List<String>, Histogram> found) {
    if (cell.get() instanceof StatCell stat) {
      found.accept(path, stat.histogram);
    }
    known()
        .forEach(
            (key, child) -> {
              var below = new ArrayList<>(path);
              below.add(key);
              child.histograms(below, found);
            });
  }

  /** What every histogram from here down got since it is there. */
  Totals totals() {
    var below = new TreeMap<String, Totals>();
    known()
        .forEach(
            (key, child) -> {
              var totals = child.totals();
              if (!totals.isEmpty()) {
                below.put(key, totals);
              }
            });
    if (cell.get() instanceof StatCell stat) {
      return new Totals(stat.histogram.total(), below);
    }
    return below.isEmpty() ? Totals.NONE : new Totals(null, below);
  }

  MetricsSnapshot snapshot(boolean detailed) {
    var below = new TreeMap<String, MetricsSnapshot>();
    known().forEach((key, child) -> put(below, key, child.snapshot(detailed)));
    var rows = detailed ? details : null;
    if (rows != null) {
      rows.get().forEach((key, row) -> below.put(key, row(row)));
    }
    var found = cell.get();
    return new MetricsSnapshot(found == null ? null : found.value(), below);
  }

  /** Of what is wanted, what there is. */
  MetricsSnapshot snapshot(MetricsChoice wanted) {
    var below = new TreeMap<String, MetricsSnapshot>();
    var all = known();
    if (wanted.each() != null) {
      for (var child : all.entrySet()) {
        var of = wanted.named().getOrDefault(child.getKey(), wanted.each());
        put(below, child.getKey(), child.getValue().snapshot(of));
      }
    } else {
      for (var child : wanted.named().entrySet()) {
        var found = all.get(child.getKey());
        if (found != null) {
          put(below, child.getKey(), found.snapshot(child.getValue()));
        }
      }
    }
    var found = wanted.value() ? cell.get() : null;
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
}
