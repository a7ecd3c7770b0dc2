package fairlead.http;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Searches that look at eight bytes at a time. Any thread. */
public final class Bytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;
  private static final long SPACES = ONES * ' ';
  private static final long DELETES = ONES * 0x7f;

  private Bytes() {}

  /**
   * Where the first control character stands, tab and DEL among them, at or behind {@code from};
   * {@code to} when there is none before it.
   */
  public static int firstControl(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long word = (long) LONG.get(bytes, i);
      // In each mask the lowest bit that is set is right; borrows can only make wrong ones above.
      long below = (word - SPACES) & ~word;
      long delete = word ^ DELETES;
      long found = (below | ((delete - ONES) & ~delete)) & HIGH;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    while (i < to && (bytes[i] >= ' ' ? bytes[i] != 0x7f : bytes[i] < 0)) {
      i++;
    }
    return i;
  }

  /**
   * Whether the token in these bytes is {@code lower} but for the case of letters. {@code lower} is
   * of letters, digits and hyphens: setting the bit of lower case makes no other byte of a token
   * one of these (RFC 9110 §5.6.2).
   */
  static boolean foldsTo(byte[] bytes, int offset, int length, byte[] lower) {
    if (length != lower.length) {
      return false;
    }
    if (length < Long.BYTES) {
      return Ascii.equalsLower(bytes, offset, length, lower);
    }
    int last = length - Long.BYTES; // overlaps the word before
    for (int i = 0; i < last; i += Long.BYTES) {
      if (((long) LONG.get(bytes, offset + i) | SPACES) != (long) LONG.get(lower, i)) {
        return false;
      }
    }
    return ((long) LONG.get(bytes, offset + last) | SPACES) == (long) LONG.get(lower, last);
  }
}
