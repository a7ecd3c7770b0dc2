package fairlead.http;

import org.jspecify.annotations.Nullable;

/** {@code traceparent} (W3C Trace Context §3.2). Any thread. */
public final class TraceParent {
  private static final int VERSION = 2;
  private static final int TRACE = VERSION + 1;
  private static final int SPAN = TRACE + 33;
  private static final int FLAGS = SPAN + 17;
  private static final int LENGTH = FLAGS + 2;

  private TraceParent() {}

  /** The id that the header tells; null when it is not there, there twice, or not well formed. */
  public static @Nullable TraceId parse(Fields head) {
    int i = head.find(HeaderNames.TRACEPARENT);
    if (i < 0 || head.find(HeaderNames.TRACEPARENT, i + 1) >= 0) {
      return null;
    }
    return parse(head.array(), head.valueOffset(i), head.valueLength(i));
  }

  private static @Nullable TraceId parse(byte[] b, int at, int length) {
    if (length < LENGTH
        || !isLowerHex(b, at, VERSION)
        || b[at + VERSION] != '-'
        || !isLowerHex(b, at + TRACE, 32)
        || b[at + SPAN - 1] != '-'
        || !isLowerHex(b, at + SPAN, 16)
        || b[at + FLAGS - 1] != '-'
        || !isLowerHex(b, at + FLAGS, 2)) {
      return null;
    }
    long version = HexIds.low(b, at, VERSION);
    boolean rightLength =
        version == 0 ? length == LENGTH : length == LENGTH || b[at + LENGTH] == '-';
    long high = HexIds.low(b, at + TRACE, 16);
    long trace = HexIds.low(b, at + TRACE + 16, 16);
    long span = HexIds.low(b, at + SPAN, 16);
    if (version == 0xff || !rightLength || (high == 0 && trace == 0) || span == 0) {
      return null;
    }
    boolean sampled = (HexIds.low(b, at + FLAGS, 2) & 1) != 0;
    return new TraceId(span, span, trace, high, TraceId.decided(0, sampled));
  }

  private static boolean isLowerHex(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      byte b = bytes[i];
      if (!(b >= '0' && b <= '9') && !(b >= 'a' && b <= 'f')) {
        return false;
      }
    }
    return true;
  }

  /**
   * Writes the header for {@code span}.
   *
   * @param memory of at least {@link TraceHeader#MOST_BYTES}
   */
  public static void write(Fields head, long span, TraceId tree, byte[] memory) {
    memory[0] = '0';
    memory[1] = '0';
    memory[VERSION] = '-';
    HexIds.write(tree.high(), memory, TRACE);
    HexIds.write(tree.trace(), memory, TRACE + 16);
    memory[SPAN - 1] = '-';
    HexIds.write(span, memory, SPAN);
    memory[FLAGS - 1] = '-';
    memory[FLAGS] = '0';
    memory[FLAGS + 1] = (byte) (tree.isSampled() ? '1' : '0');
    head.set(HeaderNames.TRACEPARENT, memory, LENGTH);
  }
}
