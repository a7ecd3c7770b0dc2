package fairlead.wire;

/**
 * What a head may cost. Immutable.
 *
 * @param initialLineBytes longest request or status line, without its CRLF
 * @param headerBytes all field lines together, without their CRLFs; also of a trailer section
 * @param fields most field lines
 * @param obsText whether values may hold bytes above 0x7f, which pass untouched (RFC 9110 §5.5)
 */
public record HeadLimits(int initialLineBytes, int headerBytes, int fields, boolean obsText) {
  /** {@code spec/http.md} §2.1, and a hundred fields. */
  public static final HeadLimits DEFAULT = new HeadLimits(4 * 1024, 8 * 1024, 100, true);

  /** Throws when a limit is not positive. */
  public HeadLimits {
    positive("initialLineBytes", initialLineBytes);
    positive("headerBytes", headerBytes);
    positive("fields", fields);
  }

  private static void positive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
  }
}
