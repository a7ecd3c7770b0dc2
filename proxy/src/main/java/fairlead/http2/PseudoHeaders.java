package fairlead.http2;

import fairlead.http.HeaderNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Ids of the pseudo-header fields (RFC 9113 §8.3, RFC 8441 §4), all below zero: beside those of
 * {@link HeaderNames}. Any thread.
 */
public final class PseudoHeaders {
  public static final int AUTHORITY = -1;
  public static final int METHOD = -2;
  public static final int PATH = -3;
  public static final int SCHEME = -4;
  public static final int STATUS = -5;
  public static final int PROTOCOL = -6;

  /** A name that begins with a colon and is none of the others. */
  public static final int UNKNOWN = -7;

  private static final byte[][] NAMES = {
    ascii(":authority"),
    ascii(":method"),
    ascii(":path"),
    ascii(":scheme"),
    ascii(":status"),
    ascii(":protocol"),
  };

  private PseudoHeaders() {}

  /** The id of the name in these bytes, pseudo or not; {@code HeaderNames.OTHER} when unknown. */
  static int idOf(byte[] bytes, int offset, int length) {
    if (length == 0 || bytes[offset] != ':') {
      return HeaderNames.idOf(bytes, offset, length);
    }
    for (int i = 0; i < NAMES.length; i++) {
      byte[] name = NAMES[i];
      if (Arrays.equals(bytes, offset, offset + length, name, 0, name.length)) {
        return -1 - i;
      }
    }
    return UNKNOWN;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
