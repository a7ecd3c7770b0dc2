package fairlead.http1.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message, one char a byte.
 *
 * @param line the parts of the start line, without the slash-separated name of the protocol: {@code
 *     GET /x 1.1} or {@code 1.1 200 OK}
 * @param framing how the body is delimited: {@code none}, {@code length N}, {@code chunked}, {@code
 *     close}, or {@code announced N} where a length is told of a body that does not follow
 */
record Message(String line, List<Field> fields, String framing, String body, List<Field> trailers) {
  /** A field line: the name as it came, the value without blanks around it. */
  record Field(String name, String value) {
    boolean is(String other) {
      return name.equalsIgnoreCase(other);
    }
  }

  String method() {
    return line.substring(0, line.indexOf(' '));
  }

  int status() {
    return Integer.parseInt(line.substring(4, 7));
  }

  /** 0 or 1. */
  int minorOfRequest() {
    return line.charAt(line.length() - 1) - '0';
  }

  int minorOfResponse() {
    return line.charAt(2) - '0';
  }

  @Nullable String first(String name) {
    return fields.stream().filter(f -> f.is(name)).map(Field::value).findFirst().orElse(null);
  }

  /** Whether {@code Connection} lists this option. */
  boolean connectionSays(String option) {
    return fields.stream()
        .filter(f -> f.is("connection"))
        .flatMap(f -> List.of(f.value().split(",")).stream())
        .anyMatch(o -> o.strip().equalsIgnoreCase(option));
  }

  /** RFC 9112 §9.3. */
  boolean persists(int minor) {
    return !connectionSays("close") && (minor == 1 || connectionSays("keep-alive"));
  }
}
