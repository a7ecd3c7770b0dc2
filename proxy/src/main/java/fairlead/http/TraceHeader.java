package fairlead.http;

import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** {@code l5d-ctx-trace} and {@code l5d-reqid} ({@code spec/http.md} §4.3). Any thread. */
public final class TraceHeader {
  private static final int SHORT = 32;
  private static final int LONG = 40;
  private static final byte[] HEX = {
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'
  };

  private TraceHeader() {}

  /** The id in this value, or null when it holds none. */
  public static @Nullable TraceId parse(String value) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(value);
    } catch (IllegalArgumentException _) { // Not base64: ignored (§4.3).
      return null;
    }
    if (bytes.length != SHORT && bytes.length != LONG) {
      return null;
    }
    var in = ByteBuffer.wrap(bytes);
    long span = in.getLong();
    long parent = in.getLong();
    long trace = in.getLong();
    long flags = in.getLong();
    long high = bytes.length == LONG ? in.getLong() : 0;
    return new TraceId(span, parent, trace, high, flags);
  }

  /** The value of {@code l5d-ctx-trace}. */
  public static byte[] encode(TraceId id) {
    var bytes = ByteBuffer.allocate(id.high() == 0 ? SHORT : LONG);
    bytes.putLong(id.span()).putLong(id.parent()).putLong(id.trace()).putLong(id.flags());
    if (id.high() != 0) {
      bytes.putLong(id.high());
    }
    return Base64.getEncoder().encode(bytes.array());
  }

  /** The value of {@code l5d-reqid}: the same for a whole tree of calls. */
  public static byte[] requestId(TraceId id) {
    byte[] hex = new byte[16];
    long rest = id.trace();
    for (int i = hex.length - 1; i >= 0; i--) {
      hex[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
    return hex;
  }
}
