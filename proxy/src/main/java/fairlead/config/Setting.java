package fairlead.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node of the configuration tree that knows where it stands. Immutable. */
public sealed interface Setting {
  /** Where it begins. */
  Position at();

  /** A block of keys in the order written; no key occurs twice. */
  record Mapping(Position at, List<Entry> entries) implements Setting {
    public Mapping {
      entries = List.copyOf(entries);
    }

    /** The value of {@code key}, or null when it is not there. */
    public @Nullable Setting get(String key) {
      for (Entry entry : entries) {
        if (entry.key().equals(key)) {
          return entry.value();
        }
      }
      return null;
    }
  }

  /** One key of a mapping and its value. */
  record Entry(Position at, String key, Setting value) {}

  /** A list. */
  record Sequence(Position at, List<Setting> items) implements Setting {
    public Sequence {
      items = List.copyOf(items);
    }
  }

  /** {@code null}, {@code ~} or nothing at all: the same as absence. */
  record Nothing(Position at) implements Setting {}

  /** A value whose fault was told already. */
  record Faulty(Position at) implements Setting {}

  /** How a scalar was written, which decides where a char of it stands in the file. */
  enum Style {
    /** Without quotes on one line: a number or a boolean when it looks like one. */
    PLAIN,
    /** In quotes on one line. */
    QUOTED,
    /** {@code |}: each line of the text is a line of the file. */
    LITERAL,
    /** Over several lines that were joined. */
    FOLDED
  }

  /**
   * A text, number or boolean.
   *
   * @param indent of the lines of a {@link Style#LITERAL}, in columns
   * @param origins of its substituted parts; empty when it stands in the file as it is
   */
  record Scalar(Position at, String text, Style style, int indent, List<Origin> origins)
      implements Setting {
    public Scalar {
      origins = List.copyOf(origins);
    }

    /**
     * Whether it may be a number: not in quotes, or made by a substitution, whose quotes only keep
     * YAML and JSON content.
     */
    public boolean mayBeNumber() {
      return style == Style.PLAIN || !origins.isEmpty();
    }

    /** The file that the whole value was read from; empty when it was not. */
    public String wholeFile() {
      return origins.size() == 1 && style != Style.LITERAL ? origins.getFirst().file() : "";
    }

    /** Where the char at {@code offset} of the text stands, as near as can be told. */
    Position place(int offset) {
      if (!origins.isEmpty()) {
        return at;
      }
      return switch (style) {
        case PLAIN -> new Position(at.file(), at.line(), at.column() + offset);
        case QUOTED -> new Position(at.file(), at.line(), at.column() + 1 + offset);
        case LITERAL -> placeInLines(Math.min(offset, text.length()));
        case FOLDED -> at;
      };
    }

    private Position placeInLines(int offset) {
      int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
      int lines = (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
      return new Position(at.file(), at.line() + 1 + lines, indent + 1 + offset - lineStart);
    }
  }
}
