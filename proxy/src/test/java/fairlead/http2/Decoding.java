package fairlead.http2;

import fairlead.http.Fields;
import fairlead.http2.HpackDecoder.Result;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A decoder, and what it hands over as text, one {@code name: value} a field. */
final class Decoding {
  private final HpackDecoder decoder;
  private final Fields into = new Fields();
  private Result result = Result.DONE;

  Decoding(HpackDecoder decoder) {
    this.decoder = decoder;
  }

  static Decoding ofTable(int bytes) {
    return new Decoding(new HpackDecoder(bytes, 64 * 1024, 1000));
  }

  HpackDecoder decoder() {
    return decoder;
  }

  /** Where the fields of the last block are, but those with pseudo-headers. */
  Fields into() {
    return into;
  }

  Result result() {
    return result;
  }

  List<String> decode(HeaderBlock block) throws HpackException {
    return decode(block.buffer());
  }

  /** Releases the block. */
  List<String> decode(ByteBuf block) throws HpackException {
    var lines = new ArrayList<String>();
    into.reset();
    try {
      result =
          decoder.decode(
              block,
              into,
              (id, name, nameLength, value, valueLength, lineEnd) -> {
                lines.add(text(name, nameLength) + ": " + text(value, valueLength));
                if (id >= 0) {
                  into.received(id, name, nameLength, value, valueLength, lineEnd);
                }
                return true;
              });
    } finally {
      block.release();
    }
    return lines;
  }

  private String text(int offset, int length) {
    return new String(into.array(), offset, length, StandardCharsets.ISO_8859_1);
  }
}
