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
    return (line.isEmpty() ? "syntax error" : line) + "; mend this line or the one before";
  }
}
