package fairlead.admin;

import fairlead.http.ContentCoding;
import fairlead.telemetry.PageBytes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses text and JSON when the caller accepts it ({@code spec/admin.md} §2), one body at a
 * time. Owned by the admin thread.
 */
final class TextCompression {
  /** Shorter ones would become longer. */
  static final int LEAST_BYTES = 64;

  private static final int CHUNK = 8192;

  /** RFC 1952 §2.3: deflate, no flags, no time, any system. */
  private static final byte[] GZIP_HEAD = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  /**
   * Keeps one while nobody needs it: a compressor for each answer would have to clear 256 KiB, and
   * one of Netty's comes with a channel of its own. Owned by the admin thread.
   */
  static final class Shelf {
    private @Nullable TextCompression idle;

    TextCompression take() {
      var taken = idle == null ? new TextCompression() : idle;
      idle = null;
      return taken;
    }

    /** When its body is over, or nobody wants the rest. */
    void putBack(TextCompression taken) {
      if (idle == null) {
        idle = taken;
      } else {
        taken.close();
      }
    }

    void close() {
      if (idle != null) {
        idle.close();
        idle = null;
      }
    }
  }

  private @Nullable Deflater raw;
  private @Nullable Deflater zlib;
  private final CRC32 sum = new CRC32();
  private ContentCoding running = ContentCoding.GZIP;

  /** Of all pieces so far. */
  private long length;

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

  /** The whole of a body. */
  PageBytes compress(PageBytes body, ContentCoding coding) {
    var out = begin(coding);
    add(body, out);
    end(out);
    return out;
  }

  /** A body of several pieces begins; what was there of another is forgotten. */
  PageBytes begin(ContentCoding coding) {
    running = coding;
    deflater().reset();
    sum.reset();
    length = 0;
    return coding == ContentCoding.GZIP
        ? new PageBytes().append(GZIP_HEAD, 0, GZIP_HEAD.length)
        : new PageBytes();
  }

  /** Its next piece. */
  void add(PageBytes piece, PageBytes out) {
    var deflater = deflater();
    for (var each : piece.chunks()) {
      sum.update(each.duplicate());
      deflater.setInput(each);
      while (!deflater.needsInput()) {
        out.append(chunk, 0, deflater.deflate(chunk));
      }
    }
    length += piece.length();
  }

  /** There are no more. */
  void end(PageBytes out) {
    var deflater = deflater();
    deflater.finish();
    while (!deflater.finished()) {
      out.append(chunk, 0, deflater.deflate(chunk));
    }
    if (running == ContentCoding.GZIP) {
      var tail = ByteBuffer.allocate(2 * Integer.BYTES);
      tail.order(ByteOrder.LITTLE_ENDIAN);
      tail.putInt((int) sum.getValue()).putInt((int) length);
      out.append(tail.array(), 0, tail.capacity());
    }
  }

  private Deflater deflater() {
    if (running == ContentCoding.GZIP) {
      raw = raw == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, true) : raw;
      return raw;
    }
    zlib = zlib == null ? new Deflater(Deflater.DEFAULT_COMPRESSION, false) : zlib;
    return zlib;
  }

  /** Gives back what is outside of the heap. */
  private void close() {
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
