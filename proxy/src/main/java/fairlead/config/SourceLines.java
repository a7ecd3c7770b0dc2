package fairlead.config;

import fairlead.config.Setting.Style;
import java.util.List;

/** The raw lines of a YAML text: what a parser no longer tells about a scalar. Immutable. */
final class SourceLines {
  private final List<String> lines;

  SourceLines(String text) {
    this.lines = List.of(text.split("\r\n|\n|\r", -1));
  }

  /** How the scalar that begins there was written, by its first char. */
  Style styleAt(Position at) {
    return switch (charAt(at)) {
      case '|' -> Style.LITERAL;
      case '>' -> Style.FOLDED;
      case '"', '\'' -> Style.QUOTED;
      default -> Style.PLAIN;
    };
  }

  /**
   * The indent of the block whose header stands at {@code at}: that of its first line with text.
   */
  int indentBelow(Position at) {
    for (int i = at.line(); i < lines.size(); i++) {
      String line = lines.get(i);
      if (!line.isBlank()) {
        return line.length() - line.stripLeading().length();
      }
    }
    return 0;
  }

  private int charAt(Position at) {
    if (at.line() > lines.size()) {
      return ' ';
    }
    String line = lines.get(at.line() - 1);
    if (line.codePointCount(0, line.length()) < at.column()) {
      return ' ';
    }
    return line.codePointAt(line.offsetByCodePoints(0, at.column() - 1));
  }
}
