package fairlead.admin;

import fairlead.http.ContentCoding;
import java.io.ByteArrayOutputStream;
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
    return response.body().length >= LEAST_BYTES && isText(response.type())
        ? ContentCoding.accepted(acceptEncoding)
        : null;
  }

  private static boolean isText(String type) {
    return type.startsWith("text/")
        || type.startsWith(AdminResponse.JSON)
        || type.startsWith("application/openmetrics-text");
  }

  byte[] compress(byte[] body, ContentCoding coding) {
    return switch (coding) {
      case GZIP -> gzip(body);
      case DEFLATE -> {
        zlib = zlib == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, false) : zlib;
        var out = new ByteArrayOutputStream(CHUNK);
        deflate(zlib, body, out);
        yield out.toByteArray();
      }
    };
  }

  private byte[] gzip(byte[] body) {
    raw = raw == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : raw;
    var out = new ByteArrayOutputStream(CHUNK);
    out.writeBytes(GZIP_HEAD);
    deflate(raw, body, out);
    sum.reset();
    sum.update(body);
    writeInt(out, (int) sum.getValue());
    writeInt(out, body.length);
    return out.toByteArray();
  }

  private void deflate(Deflater deflater, byte[] body, ByteArrayOutputStream out) {
    deflater.reset();
    deflater.setInput(body);
    deflater.finish();
    while (!deflater.finished()) {
      out.write(chunk, 0, deflater.deflate(chunk));
    }
  }

  /** The least significant byte first. */
  private static void writeInt(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      out.write(value >>> shift);
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
