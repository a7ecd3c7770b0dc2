package fairlead.http2;

import fairlead.http.Ascii;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Writes bytes with their ASCII letters in lower case, eight at a time. Any thread. */
final class LowerCase {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH = 0x8080_8080_8080_8080L;

  private LowerCase() {}

  static void write(byte[] bytes, int offset, int length, ByteBuf out) {
    int end = offset + length;
    int i = offset;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      out.writeLongLE(lower((long) LONG.get(bytes, i)));
    }
    for (; i < end; i++) {
      out.writeByte(Ascii.lower(bytes[i]));
    }
  }

  /** Sums of seven bits each cannot carry; their top bits say which bytes are letters. */
  private static long lower(long word) {
    long low = word & ~HIGH;
    long fromA = low + (0x80 - 'A') * ONES;
    long behindZ = low + (0x80 - 'Z' - 1) * ONES;
    long upper = fromA & ~behindZ & ~word & HIGH;
    return word | upper >>> 2;
  }
}
