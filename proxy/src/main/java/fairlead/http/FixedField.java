package fairlead.http;

import java.nio.charset.StandardCharsets;

/** A header field that is checked and written out once, and added to many heads. Immutable. */
public final class FixedField {
  private final int id;
  private final byte[] line;
  private final int nameLength;

  private FixedField(int id, byte[] line, int nameLength) {
    this.id = id;
    this.line = line;
    this.nameLength = nameLength;
  }

  /** Throws when the value holds CR, LF, NUL or another control, or a char that is no byte. */
  public static FixedField of(int id, String value) {
    FieldRules.checkValue(HeaderNames.nameOf(id), value);
    String line = HeaderNames.nameOf(id) + ": " + value + "\r\n";
    return new FixedField(
        id, line.getBytes(StandardCharsets.ISO_8859_1), HeaderNames.bytesOf(id).length);
  }

  int id() {
    return id;
  }

  /** Name, colon, space, value, CRLF. Not to be changed. */
  byte[] line() {
    return line;
  }

  int nameLength() {
    return nameLength;
  }
}
