package fairlead.http2;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * The integers and strings of one header block (RFC 7541 §5). The block is copied to where bytes
 * are cheap to look at; what Huffman codes stand for is written behind it, one field at a time.
 * Event loop only.
 */
final class BlockReader {
  /** What a loop keeps for its blocks; a longer block has an array of its own. */
  private static final int KEPT = 16 * 1024;

  private static final FastThreadLocal<byte[]> SPARE =
      new FastThreadLocal<>() {
        @Override
        protected byte[] initialValue() {
          return new byte[KEPT];
        }
      };

  private static final byte[] NONE = {};

  /** Bits of an integer behind its prefix: four bytes, some 268 million. */
  private static final int MOST_BITS = 28;

  private byte[] bytes = NONE;
  private int at;
  private int end;
  private int decodedEnd;
  private int offset;
  private int length;

  /** Takes all of the block, but not the buffer. */
  void begin(ByteBuf block) {
    end = block.readableBytes();
    int room = end + Huffman.mostBytes(end);
    bytes = room <= KEPT ? SPARE.get() : new byte[room];
    block.readBytes(bytes, 0, end);
    at = 0;
  }

  void done() {
    bytes = NONE;
  }

  /** How long the block is. */
  int blockBytes() {
    return end;
  }

  boolean hasMore() {
    return at < end;
  }

  /** The first octet of the next field, whose strings take the place of those before. */
  int field() {
    decodedEnd = end;
    return bytes[at++] & 0xff;
  }

  /** The integer in the bits {@code prefix} of {@code first} and in the octets that follow. */
  int integer(int first, int prefix) throws HpackException {
    int value = first & prefix;
    if (value < prefix) {
      return value;
    }
    for (int shift = 0; shift < MOST_BITS; shift += 7) {
      int octet = octet();
      value += (octet & 0x7f) << shift;
      if (octet < 0x80) {
        return value;
      }
    }
    throw new HpackException("an integer is too big");
  }

  /** Reads a string, which then lies in {@link #bytes} until the next field. */
  void string() throws HpackException {
    int first = octet();
    int coded = integer(first, 0x7f);
    if (coded > end - at) {
      throw new HpackException("the header block ends within a field");
    }
    if (first < 0x80) {
      offset = at;
      length = coded;
    } else {
      offset = decodedEnd;
      decodedEnd = Huffman.decode(bytes, at, at + coded, decodedEnd);
      length = decodedEnd - offset;
    }
    at += coded;
  }

  byte[] bytes() {
    return bytes;
  }

  /** Where in {@link #bytes} the last string begins. */
  int offset() {
    return offset;
  }

  /** How long the last string is. */
  int length() {
    return length;
  }

  private int octet() throws HpackException {
    if (at == end) {
      throw new HpackException("the header block ends within a field");
    }
    return bytes[at++] & 0xff;
  }
}
