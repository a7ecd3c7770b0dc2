package fairlead.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What a parser says, in one line and without its own notion of places. */
final class SyntaxFaults {
  /** Where a brace that is never closed was opened, in the midst of much about its source. */
  private static final Pattern OPENED =
      Pattern.compile(" \\(start marker at \\[Source: .*?line: (\\d+), column: (\\d+)\\]\\)");

  private SyntaxFaults() {}

  static String inWords(JsonProcessingException e) {
    String said =
        e.getCause() instanceof MarkedYAMLException marked
            ? marked.getProblem()
            : e.getOriginalMessage();
    String line = said == null ? "" : said.lines().findFirst().orElse("").strip();
    if (line.startsWith("Unrecognized token")) { // names the word, which may be a secret
      line = "a word without quotes that is neither true, false nor null";
    }
    line = OPENED.matcher(line).replaceFirst(", which was opened at $1:$2");
    boolean brace = line.endsWith("but got {") || line.endsWith("but got '{'");
    return (line.isEmpty() ? "syntax error" : line)
        + (brace ? "; put a ${variable} within braces or brackets in quotes" : "")
        + "; mend this line or the one before";
  }
}
