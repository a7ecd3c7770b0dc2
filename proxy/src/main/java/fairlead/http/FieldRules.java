package fairlead.http;

import java.nio.charset.StandardCharsets;

/** Which bytes may stand in field names, values and targets (RFC 9110 §5, RFC 9112 §3). */
public final class FieldRules {
  private static final boolean[] TOKEN = new boolean[256];

  static {
    String others = "!#$%&'*+-.^_`|~";
    for (int c = 0; c < 128; c++) {
      TOKEN[c] = Character.isLetterOrDigit(c) || others.indexOf(c) >= 0;
    }
  }

  private FieldRules() {}

  /** Whether {@code b} may stand in a token: a method or a field name. */
  public static boolean isToken(byte b) {
    return TOKEN[b & 0xff];
  }

  /** Whether {@code b} may stand in a field value: no control but the tab. */
  public static boolean isValue(byte b) {
    return (b >= ' ' && b != 0x7f) || b < 0 || b == '\t';
  }

  /** Visible ASCII; a fragment is never sent, and a backslash is a slash to some backends. */
  public static boolean isTarget(byte b) {
    return b > ' ' && b < 0x7f && b != '#' && b != '\\';
  }

  /** {@code Content_Length} and its kin: some peers take the underscore for a hyphen. */
  public static boolean isLookalike(byte[] bytes, int start, int length) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      name[i] = bytes[start + i] == '_' ? (byte) '-' : bytes[start + i];
    }
    return HeaderNames.idOf(name, 0, length) != HeaderNames.OTHER;
  }

  /** Throws unless {@code name} is a token. */
  public static void checkName(String name) {
    if (name.isEmpty()) {
      throw new IllegalArgumentException("header name: '' (expected: a token)");
    }
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c > 0xff || !TOKEN[c]) {
        throw illegal("header name", c, i);
      }
    }
  }

  /** Throws when {@code value} of {@code name} holds a control or a char that is no byte. */
  public static void checkValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c > 0xff || !isValue((byte) c)) {
        throw illegal("value of header " + name, c, i);
      }
    }
  }

  /** Throws unless every char of {@code target} is visible ASCII. */
  public static void checkTarget(String target) {
    if (target.isEmpty()) {
      throw new IllegalArgumentException("target: '' (expected: a request target)");
    }
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw illegal("target", c, i);
      }
    }
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The text itself stays out of the message: it may be meant to break the log. */
  private static IllegalArgumentException illegal(String what, char c, int at) {
    return new IllegalArgumentException(
        what + ": char 0x" + Integer.toHexString(c) + " at " + at + " (expected: none like it)");
  }
}
