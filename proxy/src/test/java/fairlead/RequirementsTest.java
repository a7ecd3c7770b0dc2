package fairlead;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The table of requirements in {@code docs/conformance/http2.md} is what the tests say that they
 * prove, and leaves no section out without a reason. {@code -Dfairlead.write=true} writes it anew.
 */
class RequirementsTest {
  static final Path ROOT = Path.of(System.getProperty("fairlead.root", ".."));
  static final Path PAGE = ROOT.resolve("docs/conformance/http2.md");

  private static final String BEGIN = "<!-- requirements: written by RequirementsTest -->\n";
  private static final String END = "<!-- end of requirements -->\n";
  static final String HEADING = "| RFC | we | tests | result |\n|---|---|---|---|\n";

  /** A section that is left out, and its reason. */
  private static final Pattern LEFT_OUT = Pattern.compile("^- (\\d{4} §[\\d.]+)[^:]*: ");

  /**
   * All of RFC 9113 and RFC 7541 that say MUST or MUST NOT, but for what these words mean (§2.2 of
   * the one, §1.2 of the other).
   */
  private static final List<String> SECTIONS =
      List.of(
          "9113 §3.2",
          "9113 §3.3",
          "9113 §3.4",
          "9113 §4.1",
          "9113 §4.2",
          "9113 §4.3",
          "9113 §4.3.1",
          "9113 §5.1",
          "9113 §5.1.1",
          "9113 §5.1.2",
          "9113 §5.2.1",
          "9113 §5.2.2",
          "9113 §5.4",
          "9113 §5.4.1",
          "9113 §5.4.2",
          "9113 §5.5",
          "9113 §6.1",
          "9113 §6.2",
          "9113 §6.3",
          "9113 §6.4",
          "9113 §6.5",
          "9113 §6.5.2",
          "9113 §6.5.3",
          "9113 §6.6",
          "9113 §6.7",
          "9113 §6.8",
          "9113 §6.9",
          "9113 §6.9.1",
          "9113 §6.9.2",
          "9113 §6.9.3",
          "9113 §6.10",
          "9113 §7",
          "9113 §8.1",
          "9113 §8.1.1",
          "9113 §8.2",
          "9113 §8.2.1",
          "9113 §8.2.2",
          "9113 §8.2.3",
          "9113 §8.3",
          "9113 §8.3.1",
          "9113 §8.3.2",
          "9113 §8.4",
          "9113 §8.4.1",
          "9113 §8.4.2",
          "9113 §8.5",
          "9113 §8.7",
          "9113 §9.1.1",
          "9113 §9.2",
          "9113 §9.2.1",
          "9113 §9.2.2",
          "9113 §9.2.3",
          "9113 §10.3",
          "9113 §10.4",
          "9113 §10.5.1",
          "9113 §10.6",
          "7541 §2.1",
          "7541 §2.3.2",
          "7541 §2.3.3",
          "7541 §3.2",
          "7541 §4.2",
          "7541 §5.1",
          "7541 §5.2",
          "7541 §6.1",
          "7541 §6.2.3",
          "7541 §6.3",
          "7541 §7.1.3");

  private record Row(String rfc, String says) implements Comparable<Row> {
    private static final Comparator<Row> ORDER =
        Comparator.comparing((Row row) -> row.rfc.substring(0, 4))
            .reversed()
            .thenComparing(row -> sortable(row.rfc))
            .thenComparing(Row::says);

    private static String sortable(String rfc) {
      return Pattern.compile("\\d+")
          .matcher(rfc)
          .results()
          .map(MatchResult::group)
          .map(number -> "%5s".formatted(number))
          .collect(Collectors.joining("."));
    }

    @Override
    public int compareTo(Row other) {
      return ORDER.compare(this, other);
    }
  }

  private static Map<Row, Set<String>> proved() {
    var rows = new TreeMap<Row, Set<String>>();
    for (var method : ConformanceTest.methods()) {
      for (var one : method.getAnnotationsByType(Requirement.class)) {
        rows.computeIfAbsent(new Row(one.rfc(), one.says()), _ -> new TreeSet<>())
            .add("`" + method.getDeclaringClass().getSimpleName() + "." + method.getName() + "`");
      }
    }
    return rows;
  }

  @Test
  void theTableIsWhatTheTestsProve() throws IOException {
    var table = new StringBuilder(BEGIN).append('\n').append(HEADING);
    proved()
        .forEach(
            (row, tests) ->
                table.append(
                    "| %s | %s | %s | passes |\n"
                        .formatted(row.rfc(), row.says(), String.join(" ", tests))));
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN);
    int to = page.indexOf(END);
    String right = page.substring(0, from) + table + '\n' + page.substring(to);
    if (Boolean.getBoolean("fairlead.write")) {
      Files.writeString(PAGE, right);
    } else {
      assertThat(page).as("mend it by -Dfairlead.write=true").isEqualTo(right);
    }
  }

  @Test
  void noSectionIsLeftOutWithoutAReason() throws IOException {
    var found = new ArrayList<>(proved().keySet().stream().map(Row::rfc).toList());
    for (String line : Files.readAllLines(PAGE)) {
      LEFT_OUT.matcher(line).results().forEach(match -> found.add(match.group(1)));
    }

    assertThat(found).containsAll(SECTIONS);
  }
}
