package fairlead.admin;

import fairlead.http.ContentCoding;
import fairlead.telemetry.PageBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses text and JSON when the caller accepts it ({@code spec/admin.md} §2). Keeps what it
 * works with: a compressor for each answer would have to clear 256 KiB, and one of Netty's comes
 * with a channel of its own. Owned by the admin thread.
 */
final class TextCompression {
  /** Shorter ones would become longer. */
  static final int LEAST_BYTES = 64;

  private static final int CHUNK = 8192;

  /** RFC 1952 §2.3: deflate, no flags, no time, any system. */
  private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private @Nullable Deflater raw;
  private @Nullable Deflater zlib;
  private final CRC32 sum = new CRC32();
  private final byte[] chunk = new byte[CHUNK];

  /** How a response is to be sent, or null for as it is. */
  static @Nullable ContentCoding codingOf(AdminResponse response, Iterable<String> acceptEncoding) {
    return response.body().length() >= LEAST_BYTES && isText(response.type())
        ? ContentCoding.accepted(acceptEncoding)
        : null;
  }

  private static boolean isText(String type) {
    return type.startsWith("text/")
        || type.startsWith(AdminResponse.JSON)
        || type.startsWith("application/openmetrics-text");
  }

  PageBytes compress(PageBytes body, ContentCoding coding) {
    return switch (coding) {
      case GZIP -> gzip(body);
      case DEFLATE -> {
        zlib = zlib == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, false) : zlib;
        var out = new PageBytes();
        deflate(zlib, body, out);
        yield out;
      }
    };
  }

  private PageBytes gzip(PageBytes body) {
    raw = raw == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : raw;
    var out = new PageBytes().append(GZIP_HEAD, 0, GZIP_HEAD.length);
    deflate(raw, body, out);
    sum.reset();
    body.chunks().forEach(sum::update);
    var tail = ByteBuffer.allocate(2 * Integer.BYTES);
    tail.order(ByteOrder.LITTLE_ENDIAN);
    tail.putInt((int) sum.getValue()).putInt((int) body.length());
    return out.append(tail.array(), 0, tail.capacity());
  }

  private void deflate(Deflater deflater, PageBytes body, PageBytes out) {
    deflater.reset();
    for (var each : body.chunks()) {
      deflater.setInput(each);
      while (!deflater.needsInput()) {
        out.append(chunk, 0, deflater.deflate(chunk));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      out.append(chunk, 0, deflater.deflate(chunk));
    }
  }

  /** Gives back what is outside of the heap. */
  void end() {
    if (raw != null) {
      raw.end();
      raw = null;
    }
    if (zlib != null) {
      zlib.end();
      zlib = null;
    }
  }
}
