package fairlead.http1;

import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** The chunked coding, written (RFC 9112 §7.1). The data itself goes between, uncopied. */
public final class ChunkWriter {
  private static final int CRLF = '\r' << 8 | '\n';

  private ChunkWriter() {}

  /** The line before {@code size} bytes of data. An empty chunk would end the body: throws. */
  public static void begin(long size, ByteBuf out) {
    if (size <= 0) {
      throw new IllegalArgumentException("chunk: " + size + " bytes (expected: > 0)");
    }
    int digits = (67 - Long.numberOfLeadingZeros(size)) / 4;
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
      out.writeByte("0123456789abcdef".charAt((int) (size >> shift) & 15));
    }
    out.writeShort(CRLF);
  }

  /** What follows the data of a chunk. */
  public static void end(ByteBuf out) {
    out.writeShort(CRLF);
  }

  /** The last chunk, and the trailers if there are any. */
  public static void last(@Nullable Fields trailers, ByteBuf out) {
    out.writeByte('0');
    out.writeShort(CRLF);
    if (trailers != null) {
      HeadWriter.writeFields(trailers, out);
    }
    out.writeShort(CRLF);
  }
}
