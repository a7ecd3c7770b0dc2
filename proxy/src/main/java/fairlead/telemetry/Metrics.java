package fairlead.telemetry;

import fairlead.activity.Watch;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/**
 * A node of the metrics tree ({@code spec/telemetry.md} §1). Any thread; look handles up once a
 * scope, never once a request.
 */
public interface Metrics {
  /**
   * The node below this one with this name, which may contain slashes ({@code svc/web}); made when
   * absent.
   */
  Metrics scope(String name);

  /** The counter of this name, made at 0 when absent. */
  Counter counter(String name);

  /** The histogram of this name, made empty when absent; the unit is in the name. */
  Stat stat(String name);

  /**
   * A value computed when somebody looks, until the watch is closed: then the one of the same name
   * shows again that it covered, if it still stands.
   */
  Watch gauge(String name, DoubleSupplier value);

  /**
   * Nodes below the one of this name that only those see who ask for detail, computed then, until
   * the watch is closed. Replaces one of the same name.
   *
   * @param rows by name, then by name, a value that is neither infinite nor NaN
   */
  Watch details(String name, Supplier<Map<String, Map<String, Double>>> rows);

  /** This node, which then takes one {@link #remove} more to be forgotten. */
  Metrics hold();

  /**
   * Forgets this node and everything below it, unless it is held more often than this was called;
   * handles that are still held count into nothing.
   */
  void remove();

  /** Only grows. Any thread; cheap enough for every request. */
  interface Counter {
    /** Adds one. */
    default void increment() {
      add(1);
    }

    /** Adds {@code n}, at least 0. */
    void add(long n);

    long sum();
  }

  /** Summarised and cleared once a window. Any thread; cheap enough for every request. */
  interface Stat {
    /** Records one value, clamped to 0 … 2³¹ − 1. */
    void add(long value);
  }
}
