package fairlead.http1;

import fairlead.http.FieldRules;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Writes heads. Lines that nobody touched are copied in as few pieces as possible; framing is
 * written from the decision of our own, never copied. Event loop only.
 */
public final class HeadWriter {
  private static final byte[] HTTP_1_0 = bytes("HTTP/1.0");
  private static final byte[] HTTP_1_1 = bytes("HTTP/1.1");
  private static final byte[] CONTENT_LENGTH = bytes("Content-Length: ");
  private static final byte[] CHUNKED = bytes("Transfer-Encoding: chunked\r\n");
  private static final int CRLF = '\r' << 8 | '\n';

  private HeadWriter() {}

  /** Appends the head to {@code out}. Chunks make it HTTP/1.1, whatever the head says. */
  public static void write(Head head, Framing framing, ByteBuf out) {
    int minor = framing instanceof Framing.Chunked ? 1 : head.minorVersion();
    byte[] version = minor == 0 ? HTTP_1_0 : HTTP_1_1;
    if (head.isRequest()) {
      out.writeBytes(head.array(), head.methodOffset(), head.methodLength());
      out.writeByte(' ');
      out.writeBytes(head.array(), head.targetOffset(), head.targetLength());
      out.writeByte(' ');
      out.writeBytes(version);
    } else {
      out.writeBytes(version);
      out.writeByte(' ');
      writeDecimal(head.status(), out);
      out.writeByte(' ');
      out.writeBytes(head.array(), head.reasonOffset(), head.reasonLength());
    }
    out.writeShort(CRLF);
    writeFields(head, out);
    switch (framing) {
      case Framing.None _, Framing.UntilClose _, Framing.Tunnel _ -> {}
      case Framing.Length(var length) -> writeLength(length, out);
      case Framing.Announced(var length) -> writeLength(length, out);
      case Framing.Chunked _ -> out.writeBytes(CHUNKED);
    }
    out.writeShort(CRLF);
  }

  /** The lines that are left, but those that frame; neighbours in one copy. */
  static void writeFields(Fields fields, ByteBuf out) {
    byte[] bytes = fields.array();
    int from = 0;
    int to = 0;
    for (int i = 0; i < fields.count(); i++) {
      if (!fields.isLive(i) || isFraming(fields.id(i))) {
        continue;
      }
      assert isClean(fields, i) : "field " + i + " was not checked";
      if (fields.lineOffset(i) != to) {
        out.writeBytes(bytes, from, to - from);
        from = fields.lineOffset(i);
      }
      to = fields.lineEnd(i);
    }
    out.writeBytes(bytes, from, to - from);
  }

  /** Decimal digits without a string. */
  static void writeDecimal(long value, ByteBuf out) {
    if (value >= 10) {
      writeDecimal(value / 10, out);
    }
    out.writeByte((int) ('0' + value % 10));
  }

  private static void writeLength(long length, ByteBuf out) {
    out.writeBytes(CONTENT_LENGTH);
    writeDecimal(length, out);
    out.writeShort(CRLF);
  }

  private static boolean isFraming(int id) {
    return id == HeaderNames.CONTENT_LENGTH || id == HeaderNames.TRANSFER_ENCODING;
  }

  /** Both the parser and {@code Fields.add} let nothing else in; tests hold them to it. */
  private static boolean isClean(Fields fields, int i) {
    byte[] bytes = fields.array();
    int end = fields.lineEnd(i) - 2;
    for (int at = fields.lineOffset(i); at < end; at++) {
      if (!FieldRules.isValue(bytes[at])) {
        return false;
      }
    }
    return bytes[end] == '\r' && bytes[end + 1] == '\n';
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
