package fairlead.http1.fuzz;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;

/** Streams of bytes as strings of one char a byte, and back. */
final class Bytes {
  static final int[] WHOLE = {};

  private Bytes() {}

  static ByteBuf buffer(String bytes) {
    ByteBuf buffer = ByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length()));
    return buffer.writeBytes(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Takes the buffer over. */
  static String text(ByteBuf buffer) {
    String text = buffer.toString(StandardCharsets.ISO_8859_1);
    buffer.release();
    return text;
  }

  /** A cut before every byte. */
  static int[] everywhere(String bytes) {
    return IntStream.range(1, Math.max(1, bytes.length())).toArray();
  }

  /** As the text of a Java literal. */
  static String escaped(String bytes) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < bytes.length(); i++) {
      char c = bytes.charAt(i);
      switch (c) {
        case '\r' -> out.append("\\r");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        case '"', '\\' -> out.append('\\').append(c);
        default -> {
          if (c >= ' ' && c < 0x7f) {
            out.append(c);
          } else {
            out.append(String.format("\\u%04x", (int) c));
          }
        }
      }
    }
    return out.append('"').toString();
  }
}
