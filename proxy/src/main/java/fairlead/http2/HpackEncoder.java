package fairlead.http2;

import static java.nio.charset.StandardCharsets.US_ASCII;

import fairlead.http.FieldRules;
import fairlead.http.Fields;
import fairlead.http.HeaderNames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.Locale;

/**
 * Writes header blocks (RFC 7541 §6) without any state: fields and names of the static table as
 * indexes, all else as literals that are not indexed, without Huffman codes. Once a connection's
 * first block has begun with a table of 0 bytes, a peer that lowers {@code
 * SETTINGS_HEADER_TABLE_SIZE} needs nothing from us. Credentials, and what its sender marked so,
 * are written as never to be indexed; so are pseudo-header fields that are called secret. Any
 * thread.
 */
public final class HpackEncoder {
  private static final int INDEXED = 0x80;
  private static final int LITERAL = 0x00;
  private static final int NEVER_INDEXED = 0x10;

  private static final int AUTHORITY = 1;
  private static final int GET = 2;
  private static final int POST = 3;
  private static final int PATH = 4;
  private static final int SCHEME_HTTP = 6;
  private static final int SCHEME_HTTPS = 7;
  private static final int STATUS_200 = 8;
  private static final int ACCEPT_ENCODING = 16;

  private static final byte[] BYTES_GET = "GET".getBytes(US_ASCII);
  private static final byte[] BYTES_POST = "POST".getBytes(US_ASCII);
  private static final byte[] BYTES_HTTP = "http".getBytes(US_ASCII);
  private static final byte[] BYTES_HTTPS = "https".getBytes(US_ASCII);
  private static final byte[] BYTES_SLASH = "/".getBytes(US_ASCII);
  private static final byte[] GZIP_DEFLATE = "gzip, deflate".getBytes(US_ASCII);
  private static final byte[] TRAILERS = "trailers".getBytes(US_ASCII);
  private static final byte[] PROTOCOL = ":protocol".getBytes(US_ASCII);

  /** By id: how a literal with this name begins. */
  private static final byte[][] NAMES = new byte[HeaderNames.count()][];

  private static final byte[][] NEVER_INDEXED_NAMES = new byte[HeaderNames.count()][];

  static {
    for (int id = HeaderNames.OTHER + 1; id < HeaderNames.count(); id++) {
      byte[] name = HeaderNames.nameOf(id).toLowerCase(Locale.ROOT).getBytes(US_ASCII);
      NAMES[id] = beginning(isCredential(id) ? NEVER_INDEXED : LITERAL, name);
      NEVER_INDEXED_NAMES[id] = beginning(NEVER_INDEXED, name);
    }
  }

  private HpackEncoder() {}

  /** {@code :status}; 100 to 999. */
  public static void status(int code, boolean secret, ByteBuf out) {
    int index =
        switch (code) {
          case 200 -> STATUS_200;
          case 204 -> STATUS_200 + 1;
          case 206 -> STATUS_200 + 2;
          case 304 -> STATUS_200 + 3;
          case 400 -> STATUS_200 + 4;
          case 404 -> STATUS_200 + 5;
          case 500 -> STATUS_200 + 6;
          default -> 0;
        };
    if (index != 0 && !secret) {
      indexed(index, out);
      return;
    }
    out.writeByte((secret ? NEVER_INDEXED : LITERAL) | STATUS_200);
    out.writeByte(3);
    out.writeByte('0' + code / 100);
    out.writeByte('0' + code / 10 % 10);
    out.writeByte('0' + code % 10);
  }

  /** {@code :method}. */
  public static void method(byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    if (!secret && is(BYTES_GET, bytes, offset, length)) {
      indexed(GET, out);
    } else if (!secret && is(BYTES_POST, bytes, offset, length)) {
      indexed(POST, out);
    } else {
      named(GET, bytes, offset, length, secret, out);
    }
  }

  /** {@code :scheme}. */
  public static void scheme(byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    if (!secret && is(BYTES_HTTP, bytes, offset, length)) {
      indexed(SCHEME_HTTP, out);
    } else if (!secret && is(BYTES_HTTPS, bytes, offset, length)) {
      indexed(SCHEME_HTTPS, out);
    } else {
      named(SCHEME_HTTP, bytes, offset, length, secret, out);
    }
  }

  /** {@code :path}. */
  public static void path(byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    if (!secret && is(BYTES_SLASH, bytes, offset, length)) {
      indexed(PATH, out);
    } else {
      named(PATH, bytes, offset, length, secret, out);
    }
  }

  /** {@code :authority}. */
  public static void authority(byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    named(AUTHORITY, bytes, offset, length, secret, out);
  }

  /** {@code :protocol} of an extended CONNECT (RFC 8441 §4). */
  public static void protocol(byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    out.writeByte(secret ? NEVER_INDEXED : LITERAL);
    string(PROTOCOL, 0, PROTOCOL.length, out);
    value(bytes, offset, length, out);
  }

  /**
   * The fields that are left, but those that belong to an HTTP/1 connection (RFC 9113 §8.2.2); of
   * {@code TE} only {@code trailers}.
   *
   * @param host whether {@code Host} is written too; not where {@code :authority} takes its place
   */
  public static void fields(Fields fields, boolean host, ByteBuf out) {
    for (int i = 0; i < fields.count(); i++) {
      if (fields.isLive(i)) {
        ofAnyVersion(fields, i, host, out);
      }
    }
  }

  private static void ofAnyVersion(Fields fields, int i, boolean host, ByteBuf out) {
    switch (fields.id(i)) {
      case HeaderNames.CONNECTION,
          HeaderNames.KEEP_ALIVE,
          HeaderNames.PROXY_CONNECTION,
          HeaderNames.TRANSFER_ENCODING,
          HeaderNames.UPGRADE -> {}
      case HeaderNames.TE -> {
        if (fields.valueIs(i, "trailers")) {
          out.writeBytes((fields.isNeverIndexed(i) ? NEVER_INDEXED_NAMES : NAMES)[HeaderNames.TE]);
          string(TRAILERS, 0, TRAILERS.length, out);
        }
      }
      case HeaderNames.HOST -> {
        if (host) {
          field(fields, i, out);
        }
      }
      default -> field(fields, i, out);
    }
  }

  /** Field {@code i}, whatever it is, with its name in lower case. */
  public static void field(Fields fields, int i, ByteBuf out) {
    int id = fields.id(i);
    boolean neverIndexed = fields.isNeverIndexed(i);
    byte[] bytes = fields.array();
    int value = fields.valueOffset(i);
    int length = fields.valueLength(i);
    if (id == HeaderNames.OTHER) {
      out.writeByte(neverIndexed ? NEVER_INDEXED : LITERAL);
      name(bytes, fields.lineOffset(i), fields.nameLength(i), out);
    } else if (id == HeaderNames.ACCEPT_ENCODING
        && !neverIndexed
        && is(GZIP_DEFLATE, bytes, value, length)) {
      indexed(ACCEPT_ENCODING, out);
      return;
    } else {
      out.writeBytes(neverIndexed ? NEVER_INDEXED_NAMES[id] : NAMES[id]);
    }
    value(bytes, value, length, out);
  }

  private static boolean isCredential(int id) {
    return id == HeaderNames.AUTHORIZATION
        || id == HeaderNames.PROXY_AUTHORIZATION
        || id == HeaderNames.COOKIE
        || id == HeaderNames.SET_COOKIE;
  }

  private static byte[] beginning(int form, byte[] name) {
    var out = Unpooled.buffer();
    int index = StaticTable.indexOf(name);
    integer(form, 0x0f, index, out);
    if (index == 0) {
      string(name, 0, name.length, out);
    }
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    return bytes;
  }

  private static void indexed(int index, ByteBuf out) {
    out.writeByte(INDEXED | index);
  }

  private static void named(
      int index, byte[] bytes, int offset, int length, boolean secret, ByteBuf out) {
    out.writeByte((secret ? NEVER_INDEXED : LITERAL) | index);
    value(bytes, offset, length, out);
  }

  private static void name(byte[] bytes, int offset, int length, ByteBuf out) {
    assert isToken(bytes, offset, length) : "the name was not checked";
    integer(0, 0x7f, length, out);
    LowerCase.write(bytes, offset, length, out);
  }

  private static void value(byte[] bytes, int offset, int length, ByteBuf out) {
    assert isValue(bytes, offset, length) : "the value was not checked";
    string(bytes, offset, length, out);
  }

  private static void string(byte[] bytes, int offset, int length, ByteBuf out) {
    integer(0, 0x7f, length, out);
    out.writeBytes(bytes, offset, length);
  }

  /** RFC 7541 §5.1: in the bits {@code prefix} of an octet whose others are {@code form}. */
  private static void integer(int form, int prefix, int value, ByteBuf out) {
    if (value < prefix) {
      out.writeByte(form | value);
      return;
    }
    out.writeByte(form | prefix);
    int rest = value - prefix;
    for (; rest >= 0x80; rest >>>= 7) {
      out.writeByte((rest & 0x7f) | 0x80);
    }
    out.writeByte(rest);
  }

  private static boolean is(byte[] expected, byte[] bytes, int offset, int length) {
    return length == expected.length
        && Arrays.equals(bytes, offset, offset + length, expected, 0, length);
  }

  /** Both the parsers and {@code Fields.add} let nothing else in; tests hold them to it. */
  private static boolean isValue(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!FieldRules.isValue(bytes[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean isToken(byte[] bytes, int offset, int length) {
    for (int i = offset; i < offset + length; i++) {
      if (!FieldRules.isToken(bytes[i])) {
        return false;
      }
    }
    return length > 0;
  }
}
