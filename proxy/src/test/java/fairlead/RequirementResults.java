package fairlead;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What became of tests, and with it of the requirements that they prove. Any thread. */
final class RequirementResults {
  /** Of one test, or of all that prove a requirement: the later the stronger. */
  enum Result {
    PASSED("passes"),
    NOT_RUN("not run"),
    FAILED("FAILS");

    private final String word;

    Result(String word) {
      this.word = word;
    }

    private Result and(Result other) {
      return compareTo(other) > 0 ? this : other;
    }
  }

  /** A row of the page: all of it but the result, and in it the tests. */
  private static final Pattern ROW =
      Pattern.compile("^(\\| \\d{4} §[^|]*\\|[^|]*\\|([^|]*)\\|) passes \\|$", Pattern.MULTILINE);

  private static final Pattern TEST = Pattern.compile("`((\\w+)\\.\\w+)`");

  /** By {@code Class.method}, and by {@code Class} of what concerns all of its methods. */
  private final Map<String, Result> results = new ConcurrentHashMap<>();

  void note(String test, Result result) {
    results.merge(test, result, Result::and);
  }

  boolean isEmpty() {
    return results.isEmpty();
  }

  /** The rows of {@code page}, each with what became of it. */
  String table(String page) {
    var table = new StringBuilder(RequirementsTest.HEADING);
    ROW.matcher(page)
        .results()
        .forEach(
            row ->
                table
                    .append(row.group(1))
                    .append(' ')
                    .append(ofAll(row.group(2)).word)
                    .append(" |\n"));
    return table.toString();
  }

  private Result ofAll(String tests) {
    return TEST.matcher(tests)
        .results()
        .map(this::of)
        .max(Comparator.naturalOrder())
        .orElse(Result.NOT_RUN);
  }

  private Result of(MatchResult test) {
    var its = results.getOrDefault(test.group(1), Result.NOT_RUN);
    return its.and(results.getOrDefault(test.group(2), Result.PASSED));
  }
}
