package fairlead.http;

/** Ids of traces as hexadecimal digits in a field's value. Any thread. */
final class HexIds {
  private static final byte[] DIGITS = FieldRules.ascii("0123456789abcdef");

  private HexIds() {}

  /** Whether these bytes are 1 to {@code most} digits. */
  static boolean are(byte[] bytes, int offset, int length, int most) {
    if (length < 1 || length > most) {
      return false;
    }
    for (int i = offset; i < offset + length; i++) {
      if (Character.digit(bytes[i], 16) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The lower 64 bits of the number that these digits are. */
  static long low(byte[] bytes, int offset, int length) {
    long value = 0;
    for (int i = offset; i < offset + length; i++) {
      value = value << 4 | Character.digit(bytes[i], 16);
    }
    return value;
  }

  /** The upper 64 bits of 128. */
  static long high(byte[] bytes, int offset, int length) {
    return length > 16 ? low(bytes, offset, length - 16) : 0;
  }

  /** Writes 16 digits; where they end. */
  static int write(long id, byte[] out, int at) {
    for (int i = at + 15; i >= at; i--) {
      out[i] = DIGITS[(int) id & 15];
      id >>>= 4;
    }
    return at + 16;
  }

  /** Writes the id of the trace in 16 digits, or in 32 if it has so many; where they end. */
  static int writeTrace(TraceId tree, byte[] out) {
    int at = tree.high() == 0 ? 0 : write(tree.high(), out, 0);
    return write(tree.trace(), out, at);
  }
}
