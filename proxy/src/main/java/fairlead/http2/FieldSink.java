package fairlead.http2;

/** Takes the fields of a header block as they are decoded, in order. */
@FunctionalInterface
public interface FieldSink {
  /**
   * A field whose line {@code name: value CRLF} lies at the end of the array of the {@code Fields}
   * that are decoded into. Nothing about its bytes is checked yet, not even that there is a name.
   * The sink may enter it with {@code Fields.received} and may not add anything else.
   *
   * @param id of the name: of {@code HeaderNames}, whatever its case, or of {@link PseudoHeaders}
   * @param name where the name, and with it the line, begins
   * @param nameLength may be 0
   * @param value where the value begins
   * @param valueLength may be 0
   * @param lineEnd where the line ends, behind its CRLF
   * @return whether the bytes are kept; if not, the next field lies in their place
   */
  boolean field(int id, int name, int nameLength, int value, int valueLength, int lineEnd);

  /** The field that was just kept, and not entered, must never be indexed. */
  default void neverIndexed() {}
}
