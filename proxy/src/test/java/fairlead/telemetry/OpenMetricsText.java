package fairlead.telemetry;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Holds a page to the grammar and the rules of OpenMetrics 1.0: each metric family once and
 * together, what is said of it first, samples with the suffixes of its type, no series twice,
 * escapes as allowed, one {@code # EOF} at the end.
 */
public final class OpenMetricsText {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\"";
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (gauge|unknown|counter|summary)");
  private static final Pattern HELP =
      Pattern.compile("# HELP (" + NAME + ") (?:[^\"\\\\\n]|\\\\[\\\\n\"])*");
  private static final Pattern UNIT = Pattern.compile("# UNIT (" + NAME + ") ([a-z]+)");
  private static final Map<String, Set<String>> SUFFIXES =
      Map.of(
          "gauge", Set.of(""),
          "unknown", Set.of(""),
          "counter", Set.of("_total"),
          "summary", Set.of("", "_sum", "_count"));
  private static final Pattern SAMPLE =
      Pattern.compile(
          "("
              + NAME
              + ")(\\{(?:"
              + LABEL
              + "(?:,"
              + LABEL
              + ")*)?})? (-?[0-9.]+(?:[eE][+-]?[0-9]+)?|NaN|[+-]Inf)");

  private final Map<String, Double> values = new HashMap<>();
  private final Set<String> families = new HashSet<>();
  private String family = "";

  /** Which lines of the family there were. */
  private final Set<String> said = new HashSet<>();

  private Set<String> suffixes = Set.of();
  private boolean sampled;

  private OpenMetricsText() {}

  /**
   * The values by series.
   *
   * @throws AssertionError naming the first line that breaks a rule
   */
  public static Map<String, Double> check(String page) {
    if (!page.endsWith("\n# EOF\n") && !page.equals("# EOF\n")) {
      throw new AssertionError("the end is not '# EOF'");
    }
    var checker = new OpenMetricsText();
    List<String> lines = new ArrayList<>(page.lines().toList());
    lines.removeLast();
    lines.forEach(checker::line);
    return checker.values;
  }

  private void line(String line) {
    if (!line.startsWith("#")) {
      sample(line);
      return;
    }
    var type = TYPE.matcher(line);
    var help = HELP.matcher(line);
    var unit = UNIT.matcher(line);
    if (type.matches()) {
      said(type.group(1), "TYPE", line);
      suffixes = SUFFIXES.getOrDefault(type.group(2), Set.of());
    } else if (help.matches()) {
      said(help.group(1), "HELP", line);
    } else if (unit.matches() && unit.group(1).endsWith("_" + unit.group(2))) {
      said(unit.group(1), "UNIT", line);
    } else {
      throw new AssertionError("says nothing of a family: " + line);
    }
  }

  private void said(String name, String what, String line) {
    if (!name.equals(family)) {
      if (!families.add(name)) {
        throw new AssertionError("a family twice: " + line);
      }
      family = name;
      said.clear();
      suffixes = Set.of();
      sampled = false;
    }
    if (sampled || !said.add(what)) {
      throw new AssertionError("too late, or twice: " + line);
    }
  }

  private void sample(String line) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    String name = sample.group(1);
    if (!name.startsWith(family) || !suffixes.contains(name.substring(family.length()))) {
      throw new AssertionError("not of the family " + family + ": " + line);
    }
    sampled = true;
    String series = line.substring(0, line.lastIndexOf(' '));
    if (values.put(series, Double.valueOf(sample.group(3))) != null) {
      throw new AssertionError("a series twice: " + line);
    }
  }
}
