package fairlead.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;

/** Heads and trailers as header blocks (RFC 9113 §8.3). Without state. */
final class HeadBlocks {
  /** A field may take so many bytes more than its line: two lengths and a first byte. */
  private static final int FIELD_BYTES = 8;

  /** Of pseudo-header fields and a length of our own. */
  private static final int FIXED_BYTES = 96;

  private static final byte[] HTTP = "http".getBytes(US_ASCII);
  private static final byte[] HTTPS = "https".getBytes(US_ASCII);
  private static final byte[] CONNECT = "CONNECT".getBytes(US_ASCII);

  /**
   * A literal of the name {@code content-length}, static index 28, not indexed (RFC 7541 §6.2.2).
   */
  private static final int CONTENT_LENGTH = 28;

  private HeadBlocks() {}

  /** How many bytes a block is long at most. */
  static int mostBytes(Fields fields) {
    return fields.arrayLength() + fields.count() * FIELD_BYTES + FIXED_BYTES;
  }

  /**
   * A request.
   *
   * @param https whether the connection is secured
   */
  static void request(Head head, boolean https, ByteBuf out) {
    byte[] bytes = head.array();
    boolean secret = head.isSecret();
    HpackEncoder.method(bytes, head.methodOffset(), head.methodLength(), secret, out);
    if (head.methodIs("CONNECT")) {
      HpackEncoder.authority(bytes, head.targetOffset(), head.targetLength(), secret, out);
    } else {
      origin(head, https, out);
    }
    fields(head, out);
  }

  /** The opening of a tunnel (RFC 8441 §4). */
  static void extendedConnect(Head head, String protocol, boolean https, ByteBuf out) {
    HpackEncoder.method(CONNECT, 0, CONNECT.length, head.isSecret(), out);
    byte[] name = protocol.getBytes(US_ASCII);
    HpackEncoder.protocol(name, 0, name.length, head.isSecret(), out);
    origin(head, https, out);
    fields(head, out);
  }

  private static void origin(Head head, boolean https, ByteBuf out) {
    byte[] bytes = head.array();
    byte[] scheme = https || head.isHttps() ? HTTPS : HTTP;
    boolean secret = head.isSecret();
    HpackEncoder.scheme(scheme, 0, scheme.length, secret, out);
    HpackEncoder.path(bytes, head.targetOffset(), head.targetLength(), secret, out);
    int host = head.find(HeaderNames.HOST);
    if (host >= 0 && head.valueLength(host) > 0) {
      secret |= head.isNeverIndexed(host);
      HpackEncoder.authority(bytes, head.valueOffset(host), head.valueLength(host), secret, out);
    }
  }

  static void response(Head head, int status, ByteBuf out) {
    HpackEncoder.status(status, head.isSecret(), out);
    fields(head, out);
  }

  static void trailers(Fields trailers, ByteBuf out) {
    for (int i = 0; i < trailers.count(); i++) {
      if (trailers.isLive(i)) {
        HpackEncoder.field(trailers, i, out);
      }
    }
  }

  /** The length is that of our decision, as in HTTP/1, and never copied. */
  private static void fields(Head head, ByteBuf out) {
    int told = head.find(HeaderNames.CONTENT_LENGTH);
    boolean secret = told >= 0 && head.isNeverIndexed(told);
    head.remove(HeaderNames.CONTENT_LENGTH);
    HpackEncoder.fields(head, false, out);
    if (head.contentLength() >= 0) {
      contentLength(head.contentLength(), secret, out);
    }
  }

  private static void contentLength(long length, boolean secret, ByteBuf out) {
    out.writeByte(secret ? 0x1f : 0x0f).writeByte(CONTENT_LENGTH - 0x0f);
    int digits = 1;
    for (long rest = length; rest >= 10; rest /= 10) {
      digits++;
    }
    out.writeByte(digits);
    int start = out.writerIndex();
    out.writerIndex(start + digits);
    long rest = length;
    for (int i = digits - 1; i >= 0; i--) {
      out.setByte(start + i, (int) ('0' + rest % 10));
      rest /= 10;
    }
  }
}
