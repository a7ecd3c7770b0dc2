package fairlead.http2;

import java.io.ByteArrayOutputStream;

/** Writes Huffman codes (RFC 7541 §5.2, appendix B): bit by bit, and so plainly right. */
final class HuffmanCode {
  private static final int SYMBOLS = 257;
  private static final int[] CODES = new int[SYMBOLS];

  static {
    int code = 0;
    for (int length = 1; length <= 30; length++) {
      for (int symbol = 0; symbol < SYMBOLS; symbol++) {
        if (Huffman.codeLength(symbol) == length) {
          CODES[symbol] = code++;
        }
      }
      code <<= 1;
    }
  }

  private HuffmanCode() {}

  static byte[] encode(byte[] bytes) {
    var bits = new StringBuilder();
    for (byte b : bytes) {
      bits.append(bits(b & 0xff));
    }
    bits.append("1".repeat((8 - bits.length() % 8) % 8));
    return ofBits(bits.toString());
  }

  /** The code of a byte, or of EOS for 256, as ones and zeros. */
  static String bits(int symbol) {
    int length = Huffman.codeLength(symbol);
    String code = Integer.toBinaryString(CODES[symbol]);
    return "0".repeat(length - code.length()) + code;
  }

  /** The bytes of these ones and zeros, whose number is a multiple of eight. */
  static byte[] ofBits(String bits) {
    var out = new ByteArrayOutputStream();
    for (int i = 0; i < bits.length(); i += 8) {
      out.write(Integer.parseInt(bits, i, i + 8, 2));
    }
    return out.toByteArray();
  }
}
