package fairlead.http;

/** Comparison of bytes without regard to the case of ASCII letters. Any thread. */
public final class Ascii {
  private Ascii() {}

  /** Upper-case letters become lower-case, all else stays. */
  public static byte lower(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b | 0x20) : b;
  }

  /** Whether these bytes are {@code expected}, which is in lower case. */
  public static boolean equalsLower(byte[] bytes, int offset, int length, byte[] expected) {
    if (length != expected.length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (lower(bytes[offset + i]) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  /** Whether these bytes are {@code expected}, each char one byte, whatever the case of either. */
  public static boolean equals(byte[] bytes, int offset, int length, String expected) {
    if (length != expected.length()) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = expected.charAt(i);
      if (c > 0xff || lower(bytes[offset + i]) != lower((byte) c)) {
        return false;
      }
    }
    return true;
  }

  /** Cheap and rough: letters of both cases come out the same, so do some other pairs. */
  static int fold(int b) {
    return b | 0x20;
  }

  static byte[] lower(byte[] bytes) {
    byte[] lower = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      lower[i] = lower(bytes[i]);
    }
    return lower;
  }
}
