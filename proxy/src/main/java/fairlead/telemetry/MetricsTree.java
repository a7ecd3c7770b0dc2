package fairlead.telemetry;

import fairlead.activity.SerialExecutor;
import fairlead.activity.Watch;
import fairlead.telemetry.MetricsSnapshot.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of the process ({@code spec/telemetry.md} §1): the root, which also summarises the
 * histograms once a window and is what exporters look at.
 */
public final class MetricsTree implements Metrics {
  private final MetricsNode root;

  public MetricsTree() {
    this(MetricsConfig.DEFAULT.maxPerScope());
  }

  /**
   * Empty.
   *
   * @param maxChildren names below one node, after which further ones share the node {@code
   *     overflow}, as those of hostile requests would; {@code metrics/overflowed} counts them
   */
  public MetricsTree(int maxChildren) {
    root = MetricsNode.root(maxChildren);
  }

  @Override
  public Metrics scope(String name) {
    return root.scope(name);
  }

  @Override
  public Counter counter(String name) {
    return root.counter(name);
  }

  @Override
  public Stat stat(String name) {
    return root.stat(name);
  }

  @Override
  public Watch gauge(String name, DoubleSupplier value) {
    return root.gauge(name, value);
  }

  @Override
  public Watch details(String name, Supplier<Map<String, Map<String, Double>>> rows) {
    return root.details(name, rows);
  }

  /** The root always stays. */
  @Override
  public Metrics hold() {
    return this;
  }

  /** Forgets everything. */
  @Override
  public void remove() {
    root.remove();
  }

  /** Summarises and clears every histogram once a window, on {@code executor}, until closed. */
  public Watch summariseEvery(Duration window, SerialExecutor executor) {
    var closed = new AtomicBoolean();
    schedule(window, executor, closed);
    return () -> closed.set(true);
  }

  private void schedule(Duration window, SerialExecutor executor, AtomicBoolean closed) {
    executor.after(
        window,
        () -> {
          if (!closed.get()) {
            summariseNow();
            schedule(window, executor, closed);
          }
        });
  }

  /** Ends the window of every histogram. One thread at a time; the timer does it by itself. */
  public void summariseNow() {
    root.summarise(new Histogram.Window());
  }

  /**
   * Everything as it is now, but for {@linkplain #details}; histograms as of the last complete
   * window. It takes about as much memory as the tree. Any thread.
   */
  public MetricsSnapshot snapshot() {
    return root.snapshot();
  }

  /** Only what is wanted, without {@linkplain #details}. Any thread. */
  public MetricsSnapshot snapshot(MetricsChoice wanted) {
    return root.snapshot(wanted);
  }

  /** Is told of one value. */
  @FunctionalInterface
  public interface Sink {
    /**
     * This stands there.
     *
     * @param path the names from the root down, until this returns
     */
    void value(List<String> path, Value value);
  }

  /**
   * Tells of every value as it is now, but for {@linkplain #details}; of histograms as of the last
   * complete window. What is added or removed meanwhile may be told of or not. Any thread.
   */
  public void each(Sink sink) {
    var path = new ArrayList<String>();
    var seen = Collections.unmodifiableList(path);
    walk(false)
        .all(
            new MetricsWalk.Visitor() {
              @Override
              public void enter(String name) {
                path.add(name);
              }

              @Override
              public void metric(MetricsWalk.Metric metric) {
                var value = metric.read();
                if (value != null) {
                  sink.value(seen, value);
                }
              }

              @Override
              public void leave() {
                path.removeLast();
              }
            });
  }

  /** Through everything, with {@linkplain #details} where {@code detailed}. Any thread. */
  MetricsWalk walk(boolean detailed) {
    return new MetricsWalk(root, detailed);
  }

  /**
   * The same from a node on.
   *
   * @param at names joined by slashes, which names may contain; empty for the root
   * @return null where there is nothing
   */
  @Nullable MetricsWalk walk(boolean detailed, String at) {
    var path = Arrays.stream(at.split("/")).filter(part -> !part.isEmpty()).toList();
    var from = path.isEmpty() ? root : root.at(path, detailed);
    return from == null ? null : new MetricsWalk(from, detailed);
  }

  /** A reader of what histograms record, from the beginning. Any thread. */
  public Samples samples() {
    return new Samples(root);
  }
}
