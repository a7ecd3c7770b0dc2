package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Heads from and to text. */
final class Heads {
  private Heads() {}

  static Head request(String bytes) {
    return read(HeadParser.ofRequests(HeadLimits.DEFAULT), bytes);
  }

  /** GET / of host a with these lines besides. */
  static Head get(String... lines) {
    return request("GET / HTTP/1.1\r\nHost: a\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
  }

  static Head response(String bytes) {
    return read(HeadParser.ofResponses(HeadLimits.DEFAULT), bytes);
  }

  static Head read(HeadParser parser, String bytes) {
    var head = new Head();
    ByteBuf in = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
    assertThat(parser.parse(in, head)).isEqualTo(new ParseResult.Done());
    return head;
  }

  static String written(Head head, Framing framing) {
    ByteBuf out = Unpooled.buffer();
    HeadWriter.write(head, framing, out);
    return out.toString(StandardCharsets.ISO_8859_1);
  }
}
