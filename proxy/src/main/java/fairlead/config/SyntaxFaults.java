package fairlead.config;

import com.fasterxml.jackson.core.JsonProcessingException;

/** What a parser says, in one line and without its own notion of places. */
final class SyntaxFaults {
  private SyntaxFaults() {}

  static String inWords(JsonProcessingException e) {
    return e.getOriginalMessage()
        .lines()
        .map(String::strip)
        .filter(SyntaxFaults::says)
        .findFirst()
        .orElse("syntax error");
  }

  private static boolean says(String line) {
    return !line.isEmpty() && !line.startsWith("in '") && !line.startsWith("while ");
  }
}
