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

  private static final byte[] BASE64 =
      FieldRules.ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

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

  /** Longest value of {@code l5d-ctx-trace}, in bytes. */
  public static final int MOST_BYTES = 56;

  /** Length of {@code l5d-reqid}, in bytes. */
  public static final int ID_BYTES = 16;

  /**
   * Writes the value of {@code l5d-ctx-trace} for {@code span}, a call made for {@code parent}, to
   * the front of {@code out}; its length in bytes.
   */
  public static int encode(long span, long parent, TraceId tree, byte[] out) {
    var packed = new Base64Writer(out);
    packed.write(span);
    packed.write(parent);
    packed.write(tree.trace());
    packed.write(tree.flags());
    if (tree.high() != 0) {
      packed.write(tree.high());
    }
    return packed.end();
  }

  /**
   * Writes the value of {@code l5d-reqid}, the same for a whole tree of calls, to the front of
   * {@code out}.
   */
  public static void requestId(TraceId id, byte[] out) {
    long rest = id.trace();
    for (int i = ID_BYTES - 1; i >= 0; i--) {
      out[i] = HEX[(int) (rest & 15)];
      rest >>>= 4;
    }
  }

  /** Base64 with padding (RFC 4648 §4), into an array that is there already. */
  private static final class Base64Writer {
    private final byte[] out;
    private int length;
    private int bits;
    private int held;

    Base64Writer(byte[] out) {
      this.out = out;
    }

    /** Eight bytes, the highest first. */
    void write(long value) {
      for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
        held = held << Byte.SIZE | (int) (value >>> shift & 0xff);
        bits += Byte.SIZE;
        while (bits >= 6) {
          bits -= 6;
          out[length++] = BASE64[held >>> bits & 63];
        }
        held &= 63; // at most five bits are left
      }
    }

    int end() {
      if (bits > 0) {
        out[length++] = BASE64[held << (6 - bits) & 63];
      }
      while (length % 4 != 0) {
        out[length++] = '=';
      }
      return length;
    }
  }
}
