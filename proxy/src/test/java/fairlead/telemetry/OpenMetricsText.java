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
 * together, its type first, no series twice, escapes as allowed, one {@code # EOF} at the end.
 */
public final class OpenMetricsText {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final String LABEL = "[a-zA-Z_][a-zA-Z0-9_]*=\"(?:[^\"\\\\\n]|\\\\[\\\\n\"])*\"";
  private static final Pattern TYPE =
      Pattern.compile("# TYPE (" + NAME + ") (gauge|unknown|counter|summary|histogram|info)");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "("
              + NAME
              + ")(\\{(?:"
              + LABEL
              + "(?:,"
              + LABEL
              + ")*)?})? (-?[0-9.]+(?:[eE][+-]?[0-9]+)?|NaN|[+-]Inf)");

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
    var values = new HashMap<String, Double>();
    var families = new HashSet<String>();
    String family = "";
    List<String> lines = new ArrayList<>(page.lines().toList());
    lines.removeLast();
    for (String line : lines) {
      var type = TYPE.matcher(line);
      if (type.matches()) {
        family = begun(type.group(1), families, line);
      } else {
        sample(line, family, values);
      }
    }
    return values;
  }

  private static String begun(String name, Set<String> families, String line) {
    if (!families.add(name)) {
      throw new AssertionError("a family twice: " + line);
    }
    return name;
  }

  private static void sample(String line, String family, Map<String, Double> values) {
    Matcher sample = SAMPLE.matcher(line);
    if (!sample.matches()) {
      throw new AssertionError("no sample: " + line);
    }
    if (!sample.group(1).equals(family)) {
      throw new AssertionError("not of the family " + family + ": " + line);
    }
    String series = line.substring(0, line.lastIndexOf(' '));
    if (values.put(series, Double.valueOf(sample.group(3))) != null) {
      throw new AssertionError("a series twice: " + line);
    }
  }
}
