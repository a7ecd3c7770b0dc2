package fairlead.http2;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A header block, written representation by representation (RFC 7541 §6) with all freedoms. */
public final class HeaderBlock {
  /** The form of a literal. */
  public enum Literal {
    INDEXED(0x40, 0x3f),
    NOT_INDEXED(0x00, 0x0f),
    NEVER_INDEXED(0x10, 0x0f);

    private final int form;
    private final int prefix;

    Literal(int form, int prefix) {
      this.form = form;
      this.prefix = prefix;
    }
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private boolean huffman;

  public static HeaderBlock ofHex(String hex) {
    return new HeaderBlock().raw(HexFormat.of().parseHex(hex.replace(" ", "")));
  }

  /** From here on strings are written with Huffman codes. */
  public HeaderBlock huffman() {
    huffman = true;
    return this;
  }

  public HeaderBlock indexed(int index) {
    return integer(0x80, 0x7f, index);
  }

  public HeaderBlock field(Literal form, int nameIndex, String value) {
    return integer(form.form, form.prefix, nameIndex).string(value);
  }

  public HeaderBlock field(Literal form, String name, String value) {
    return integer(form.form, form.prefix, 0).string(name).string(value);
  }

  public HeaderBlock tableSize(int bytes) {
    return integer(0x20, 0x1f, bytes);
  }

  public HeaderBlock raw(byte... bytes) {
    out.writeBytes(bytes);
    return this;
  }

  public HeaderBlock string(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] coded = huffman ? HuffmanCode.encode(bytes) : bytes;
    return integer(huffman ? 0x80 : 0, 0x7f, coded.length).raw(coded);
  }

  /** RFC 7541 §5.1. */
  public HeaderBlock integer(int form, int prefix, int value) {
    if (value < prefix) {
      out.write(form | value);
      return this;
    }
    out.write(form | prefix);
    int rest = value - prefix;
    while (rest >= 128) {
      out.write(rest % 128 + 128);
      rest /= 128;
    }
    out.write(rest);
    return this;
  }

  public byte[] bytes() {
    return out.toByteArray();
  }

  ByteBuf buffer() {
    return Unpooled.wrappedBuffer(bytes());
  }
}
