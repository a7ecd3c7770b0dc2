package fairlead.http2;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The Huffman code of RFC 7541 appendix B, of which only the lengths need be known: it is
 * canonical, so that codes follow each other in the order of length, then symbol. Any thread.
 */
final class Huffman {
  /** Bits of the code of each byte, and of EOS behind them. */
  private static final byte[] LENGTHS = {
    13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
    28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
    6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
    5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
    13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
    7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
    15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
    6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
    20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
    24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
    22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
    21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
    26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
    19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
    20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
    26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
    30,
  };

  private static final int EOS = 256;
  private static final int LONGEST = 30;

  /** Codes up to this length are found with one look. */
  private static final int SHORT_BITS = 9;

  private static final long WORD = 0xffff_ffffL;
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  /** By the first bits: symbol and length, or 0 when the code is longer. */
  private static final short[] SHORT = new short[1 << SHORT_BITS];

  /** The symbols in the order of their codes. */
  private static final short[] SYMBOLS = new short[EOS + 1];

  /** By length: where in {@link #SYMBOLS} its codes begin. */
  private static final int[] FIRST_SYMBOL = new int[LONGEST + 2];

  /** By length: its first code, at the top of 32 bits. */
  private static final long[] FIRST_CODE = new long[LONGEST + 2];

  static {
    int symbols = 0;
    long code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      FIRST_SYMBOL[length] = symbols;
      FIRST_CODE[length] = code;
      for (int symbol = 0; symbol <= EOS; symbol++) {
        if (LENGTHS[symbol] == length) {
          enterShort(code, length, symbol);
          SYMBOLS[symbols++] = (short) symbol;
          code += 1L << (32 - length);
        }
      }
    }
    FIRST_CODE[LONGEST + 1] = code;
  }

  private Huffman() {}

  /** Bits of the code of a byte, or of EOS for 256. */
  static int codeLength(int symbol) {
    return LENGTHS[symbol];
  }

  /** The most bytes that {@code bytes} of code can stand for: the shortest codes have five bits. */
  static int mostBytes(int bytes) {
    return (int) (bytes * 8L / 5);
  }

  /**
   * Decodes the bytes from {@code from} to {@code to} and writes what they stand for into the same
   * array from {@code at} on, where there is room for {@link #mostBytes}.
   *
   * @return where the decoded bytes end
   */
  static int decode(byte[] bytes, int from, int to, int at) throws HpackException {
    long bits = 0; // the first `have` of them are to be decoded, zeros follow
    int have = 0;
    while (true) {
      if (have < 32) {
        if (to - from >= Integer.BYTES) {
          bits |= ((int) INT.get(bytes, from) & WORD) << (32 - have);
          from += Integer.BYTES;
          have += 32;
        } else {
          for (; from < to; have += 8) {
            bits |= (bytes[from++] & 0xffL) << (56 - have);
          }
        }
      }
      long padded = bits | (-1L >>> have);
      int found = SHORT[(int) (padded >>> (64 - SHORT_BITS))];
      if (found == 0) {
        found = find(padded >>> 32);
      }
      int length = found & 31;
      if (length > have) {
        checkPadding(padded, have);
        return at;
      }
      if (found >>> 5 == EOS) {
        throw new HpackException("a string holds the end-of-string symbol");
      }
      bytes[at++] = (byte) (found >>> 5);
      bits <<= length;
      have -= length;
    }
  }

  /** Less than eight bits, all ones (RFC 7541 §5.2). */
  private static void checkPadding(long padded, int have) throws HpackException {
    if (have >= 8 || padded != -1) {
      throw new HpackException(
          "a string is not padded with the beginning of the end-of-string symbol");
    }
  }

  /** Symbol and length of a code that is longer than {@link #SHORT_BITS}, in front of 32 bits. */
  private static int find(long window) {
    int length = SHORT_BITS + 1;
    while (window >= FIRST_CODE[length + 1]) {
      length++;
    }
    int behind = (int) ((window - FIRST_CODE[length]) >>> (32 - length));
    return SYMBOLS[FIRST_SYMBOL[length] + behind] << 5 | length;
  }

  private static void enterShort(long code, int length, int symbol) {
    if (length <= SHORT_BITS) {
      int at = (int) (code >>> (32 - SHORT_BITS));
      for (int i = 0; i < 1 << (SHORT_BITS - length); i++) {
        SHORT[at + i] = (short) (symbol << 5 | length);
      }
    }
  }
}
