package fairlead.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What a parser says, in one line and without its own notion of places. */
final class SyntaxFaults {
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
    boolean brace = line.endsWith("but got {") || line.endsWith("but got '{'");
    return (line.isEmpty() ? "syntax error" : line)
        + (brace ? "; put a ${variable} within braces or brackets in quotes" : "")
        + "; mend this line or the one before";
  }
}
