package fairlead.launcher;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The rows of {@code metric-names.txt}, which says of itself how it is to be read. */
final class MetricRows {
  private static final List<Row> ALL = read();

  private MetricRows() {}

  /**
   * One name.
   *
   * @param scope in the tree
   * @param shown what the scope is called on the Prometheus page
   * @param labels there, without braces; empty for none
   * @param kind c, g or s
   * @param positive whether its value must be above zero
   */
  record Row(String scope, String shown, String labels, char kind, boolean positive, String name) {
    /** In {@code metrics.json}. */
    String key() {
      return scope + "/" + name;
    }

    /** The series on the Prometheus page. */
    String prometheus() {
      String all = labels;
      String own = name;
      if (name.startsWith("failures/") && !shown.equals("rt:client:service")) {
        own = "failures";
        String exception = name.substring("failures/".length()).replace('/', ':');
        all = all + ", exception=\"" + exception + "\"";
      }
      String clean = own.replace('/', ':').replaceAll("[^a-zA-Z0-9:]", "_");
      String suffix = kind == 's' ? "_count" : "";
      return shown + ":" + clean + suffix + (all.isEmpty() ? "" : "{" + all + "}");
    }
  }

  static List<Row> all() {
    return ALL;
  }

  private static List<Row> read() {
    var rows = new ArrayList<Row>();
    String[] section = {};
    for (String line : text().lines().toList()) {
      if (line.startsWith("== ")) {
        section = line.substring(3).split("\\s*\\|\\s*", -1);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        int name = line.indexOf(' ');
        boolean positive = line.charAt(1) == '+';
        rows.add(
            new Row(
                section[0],
                section[1],
                section[2].strip(),
                line.charAt(0),
                positive,
                line.substring(name + 1)));
      }
    }
    return List.copyOf(rows);
  }

  private static String text() {
    try (var in = requireNonNull(MetricRows.class.getResourceAsStream("metric-names.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
