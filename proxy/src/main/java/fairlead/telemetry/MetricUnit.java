package fairlead.telemetry;

import java.util.Set;

/**
 * What a metric of the tree is measured in, which its name says or, with some of Linkerd's, not.
 */
enum MetricUnit {
  MILLISECONDS("seconds", 1e3),
  MICROSECONDS("seconds", 1e6),
  BYTES("bytes", 1),

  /** A number of things. */
  NONE("", 1);

  private static final Set<String> UNSAID_MILLISECONDS =
      Set.of("connection_duration", "uptime", "start_time");
  private static final Set<String> UNSAID_BYTES =
      Set.of("used", "committed", "max", "max_capacity");

  /** The base unit that Prometheus' conventions want; empty when there is none. */
  final String base;

  /** How many of these make one of the base unit. */
  private final double perBase;

  MetricUnit(String base, double perBase) {
    this.base = base;
    this.perBase = perBase;
  }

  /** This many, in the base unit. */
  double inBase(double value) {
    return value / perBase;
  }

  /**
   * Of one metric.
   *
   * @param name as in the tree, parts joined by {@code :}
   */
  static MetricUnit of(String name) {
    String last = name.substring(name.lastIndexOf(':') + 1);
    if (last.endsWith("_ms") || last.endsWith("msec") || last.endsWith("_millis")) {
      return MILLISECONDS;
    }
    if (last.endsWith("_us")) {
      return MICROSECONDS;
    }
    if (last.endsWith("bytes")) {
      return BYTES;
    }
    return unsaid(name, last);
  }

  /** Whether it is in milliseconds, which its name does not say. */
  static boolean isMillisecondsUnsaid(String name) {
    return unsaid(name, name.substring(name.lastIndexOf(':') + 1)) == MILLISECONDS;
  }

  private static MetricUnit unsaid(String name, String last) {
    if (UNSAID_MILLISECONDS.contains(last) || name.contains(":time:")) {
      return MILLISECONDS;
    }
    return name.startsWith("jvm:") && UNSAID_BYTES.contains(last) ? BYTES : NONE;
  }
}
