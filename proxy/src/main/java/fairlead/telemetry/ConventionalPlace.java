package fairlead.telemetry;

import fairlead.telemetry.Place.Label;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where the walk through the tree is, for {@link ConventionalPage}. As {@link Place} has it, but
 * whatever is one of many of its sort is a label and no name, and no series is part of another one
 * of its family, so that a family can be summed up. Immutable.
 */
record ConventionalPlace(Place place) {
  static final ConventionalPlace ROOT = new ConventionalPlace(Place.ROOT);

  private static final String EXCEPTION = "exception";
  private static final String FAILURES = "failures_by_exception";
  private static final String EXCEPTIONS = "exceptions";
  private static final String TIME_BY_CLASS = "time_by_class";

  private static final Pattern CLASS_OF_STATUS = Pattern.compile("[0-9]XX|error");
  private static final Pattern INSIDE_CAMEL = Pattern.compile("(?<=[a-z])(?=[A-Z])");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^a-z0-9]+");
  private static final Pattern ABBREVIATED = Pattern.compile("_(?:ms|us|msec|millis)$");
  private static final Pattern OF_SUMMARIES = Pattern.compile("_(?:count|sum|bucket)$");

  /**
   * What stands below a scope.
   *
   * @param name of the family, in place of the scope's
   * @param label that says which it is
   */
  private record Breakdown(String name, String label) {}

  /** By the last part of the scope's name. */
  private static final Map<String, Breakdown> BREAKDOWNS =
      Map.ofEntries(
          Map.entry("failures", new Breakdown(FAILURES, EXCEPTION)),
          Map.entry("exn", new Breakdown(EXCEPTIONS, EXCEPTION)),
          Map.entry("status", new Breakdown("status", "status")),
          Map.entry("time", new Breakdown(TIME_BY_CLASS, "class")),
          Map.entry("reset", new Breakdown("reset_by_code", "code")),
          Map.entry("errors", new Breakdown("errors_by_kind", "kind")),
          Map.entry("glitches", new Breakdown("glitches", "kind")),
          Map.entry("glitch_closes", new Breakdown("glitch_closes", "kind")),
          Map.entry("handshake_failures", new Breakdown("handshake_failures", "reason")),
          Map.entry("algorithm", new Breakdown("algorithm", "algorithm")),
          Map.entry("certificates", new Breakdown("certificates", "certificate")),
          Map.entry("namer", new Breakdown("namer", "namer")),
          Map.entry("telemeter", new Breakdown("telemeter", "telemeter")));

  private static final Breakdown BY_CLASS = new Breakdown("status_by_class", "class");

  /** The child of this name. */
  ConventionalPlace down(String segment) {
    String last = last(place.name());
    if (isCause(last)) {
      return new ConventionalPlace(new Place(place.name(), withCause(segment)));
    }
    var below = BREAKDOWNS.get(last);
    if (below == null || has(below.label)) {
      return new ConventionalPlace(place.scope(segment));
    }
    if (last.equals("status") && CLASS_OF_STATUS.matcher(segment).matches()) {
      below = BY_CLASS;
    }
    String scope = place.name().substring(0, place.name().length() - last.length());
    var labels = new ArrayList<>(place.labels());
    labels.add(new Label(below.label, segment));
    return new ConventionalPlace(new Place(scope + below.name, labels));
  }

  /** Whether what comes below is what caused this failure. */
  private boolean isCause(String last) {
    return (last.equals(FAILURES) || last.equals(EXCEPTIONS)) && has(EXCEPTION);
  }

  private List<Label> withCause(String segment) {
    var labels = new ArrayList<>(place.labels());
    var outer = labels.removeLast();
    labels.add(new Label(outer.key(), outer.value() + ":" + segment));
    return labels;
  }

  private boolean has(String key) {
    return place.labels().stream().anyMatch(label -> label.key().equals(key));
  }

  private static String last(String name) {
    return name.substring(name.lastIndexOf(':') + 1);
  }

  List<Label> labels() {
    return place.labels();
  }

  MetricUnit unit() {
    String name = place.name();
    return name.endsWith(":" + TIME_BY_CLASS) ? MetricUnit.MILLISECONDS : MetricUnit.of(name);
  }

  /** Whether this gauge of the platform only grows. */
  boolean isGrowing() {
    String name = place.name();
    return name.startsWith("jvm:gc:")
        || name.startsWith("jvm:classes:total_")
        || name.startsWith("jvm:mem:allocations:")
        || name.equals("jvm:compilation:time_msec");
  }

  /**
   * What the family is called, without the {@code _total} of counters.
   *
   * @param prefix of the name, as it was configured
   */
  String family(String prefix, boolean counter) {
    String name = snake(prefix + place.name());
    if (counter) {
      name = name.replace("_total_", "_");
    }
    if (name.endsWith("_total")) {
      name = name.substring(0, name.length() - "_total".length());
    }
    name = OF_SUMMARIES.matcher(name).replaceFirst("_number");
    String base = unit().base;
    if (base.isEmpty() || name.endsWith("_" + base)) {
      return name;
    }
    return ABBREVIATED.matcher(name).replaceFirst("") + "_" + base;
  }

  private static String snake(String name) {
    String split = INSIDE_CAMEL.matcher(name).replaceAll("_").toLowerCase(Locale.ROOT);
    String words = BETWEEN_WORDS.matcher(split).replaceAll("_");
    boolean digit = words.isEmpty() || Character.isDigit(words.charAt(0));
    return digit ? "_" + words : words;
  }
}
