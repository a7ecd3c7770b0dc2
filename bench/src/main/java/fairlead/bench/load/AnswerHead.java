package fairlead.bench.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/** Reads what a generator must know of an answer's head. Without state; allocates nothing. */
final class AnswerHead {
  private static final int END = 0x0D0A0D0A;
  private static final int STATUS_AT = "HTTP/1.1 ".length();
  private static final byte[] LENGTH = "\ncontent-length:".getBytes(StandardCharsets.US_ASCII);
  private static final int LOWER_CASE = 0x20;

  private AnswerHead() {}

  /** Where the body begins; -1 when the head is not complete yet. */
  static int end(MemorySegment bytes, int from, int to) {
    for (int i = Math.max(0, from - Integer.BYTES + 1); i + Integer.BYTES <= to; i++) {
      if (Integer.reverseBytes(bytes.get(ValueLayout.JAVA_INT_UNALIGNED, i)) == END) {
        return i + Integer.BYTES;
      }
    }
    return -1;
  }

  /** Whether the status is 200. */
  static boolean isOk(MemorySegment bytes) {
    return at(bytes, STATUS_AT) == '2'
        && at(bytes, STATUS_AT + 1) == '0'
        && at(bytes, STATUS_AT + 2) == '0';
  }

  /** {@code Content-Length}; -1 without. */
  static long bodyBytes(MemorySegment bytes, int end) {
    for (int i = 0; i < end; i++) {
      if (at(bytes, i) == '\n' && isLength(bytes, i, end)) {
        return number(bytes, i + LENGTH.length);
      }
    }
    return -1;
  }

  private static boolean isLength(MemorySegment bytes, int line, int end) {
    if (line + LENGTH.length > end) {
      return false;
    }
    for (int i = 1; i < LENGTH.length; i++) {
      if ((at(bytes, line + i) | LOWER_CASE) != (LENGTH[i] | LOWER_CASE)) {
        return false;
      }
    }
    return true;
  }

  private static long number(MemorySegment bytes, int from) {
    long number = 0;
    for (int i = from; at(bytes, i) != '\r'; i++) {
      if (at(bytes, i) != ' ') {
        number = number * 10 + at(bytes, i) - '0';
      }
    }
    return number;
  }

  private static byte at(MemorySegment bytes, int index) {
    return bytes.get(ValueLayout.JAVA_BYTE, index);
  }
}
