package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.Requirement;
import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import io.netty.handler.codec.http2.Http2Exception;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Netty's HPACK and ours, which were written apart, must say the same of anything. */
class NettyHpackTest {
  private static final int LIST_BYTES = 1 << 20;
  private static final int CONNECTIONS = 300;
  private static final int BLOCKS = 30;

  /** The two decoders of a connection, and what became of the last block. */
  private static final class Both {
    private final Decoding ours = new Decoding(new HpackDecoder(4096, LIST_BYTES, 100_000));
    private final DefaultHttp2HeadersDecoder netty =
        new DefaultHttp2HeadersDecoder(false, LIST_BYTES);

    void tableBytes(int bytes) throws Http2Exception {
      ours.decoder().maxTableBytes(bytes);
      netty.configuration().maxHeaderTableSize(bytes);
    }

    /** Null when both refuse it. */
    @Nullable List<String> decode(byte[] block) {
      List<String> fields = null;
      String fault = "";
      try {
        fields = pseudoFirst(ours.decode(Unpooled.wrappedBuffer(block)));
      } catch (HpackException refused) {
        fault = String.valueOf(refused.getMessage());
      }
      List<String> theirs = netty(block);
      if (fields == null && theirs != null && isStricter(fault)) {
        return null;
      }
      assertThat(fields).as(() -> HexFormat.of().formatHex(block)).isEqualTo(theirs);
      return fields;
    }

    /** Netty reads integers with needless zeros behind them. */
    private static boolean isStricter(String fault) {
      return fault.equals("an integer is too big");
    }

    private @Nullable List<String> netty(byte[] block) {
      ByteBuf in = Unpooled.wrappedBuffer(block);
      try {
        var fields = new ArrayList<String>();
        netty.decodeHeaders(1, in).forEach(e -> fields.add(e.getKey() + ": " + e.getValue()));
        return fields;
      } catch (Http2Exception | RuntimeException refused) {
        return null;
      }
    }

    /** As Netty hands them over. */
    private static List<String> pseudoFirst(List<String> fields) {
      return Stream.concat(
              fields.stream().filter(f -> f.startsWith(":")),
              fields.stream().filter(f -> !f.startsWith(":")))
          .toList();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  @Requirement(rfc = "7541 §3.2", says = "a second decoder takes and refuses the same blocks")
  void bothDecodersSayTheSameOfAnyBlock(long seed) throws Exception {
    int accepted = 0;
    int refused = 0;
    for (int connection = 0; connection < CONNECTIONS; connection++) {
      var some = new SomeFields(seed << 32 | connection);
      var both = new Both();
      for (int i = 0; i < BLOCKS; i++) {
        if (some.random().nextInt(20) == 0) {
          both.tableBytes(some.random().nextInt(8192));
        }
        byte[] block = some.block().bytes();
        if (some.random().nextInt(4) == 0) {
          block = some.mutated(block);
        }
        if (both.decode(block) == null) {
          refused++;
          break;
        }
        accepted++;
      }
    }
    assertThat(accepted).isGreaterThan(CONNECTIONS);
    assertThat(refused).isGreaterThan(CONNECTIONS / 4);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 20, 512})
  void oursReadsWhatNettyWrites(int huffmanFrom) throws Exception {
    for (int connection = 0; connection < CONNECTIONS; connection++) {
      var some = new SomeFields(connection);
      var encoder =
          new DefaultHttp2HeadersEncoder(
              (_, value) -> value.length() % 5 == 0, true, 64, huffmanFrom);
      var ours = new Decoding(new HpackDecoder(4096, LIST_BYTES, 100_000));
      for (int i = 0; i < BLOCKS; i++) {
        if (some.random().nextInt(8) == 0) {
          int bytes = some.random().nextInt(8192);
          ours.decoder().maxTableBytes(bytes);
          encoder.configuration().maxHeaderTableSize(bytes);
        }
        var headers = new DefaultHttp2Headers(false);
        for (int fields = some.random().nextInt(30); fields > 0; fields--) {
          headers.add(some.name(), some.value());
        }
        var expected = new ArrayList<String>();
        headers.forEach(e -> expected.add(e.getKey() + ": " + e.getValue()));
        ByteBuf block = Unpooled.buffer();
        encoder.encodeHeaders(1, headers, block);

        assertThat(ours.decode(block)).isEqualTo(expected);
      }
    }
  }

  @Test
  @Requirement(rfc = "7541 §2.1", says = "fields are encoded in the order of their list")
  void nettyReadsWhatOursWrites() throws Exception {
    var both = new Both();
    for (int seed = 0; seed < CONNECTIONS * BLOCKS; seed++) {
      var some = new SomeFields(seed);
      var fields = new Fields();
      var expected = new ArrayList<String>();
      for (int i = some.random().nextInt(30); i > 0; i--) {
        String name = some.name();
        if (!name.startsWith(":")) {
          String value = some.value().replaceAll("[\\x00-\\x08\\x0a-\\x1f\\x7f]", "-");
          fields.add(name, value);
          expected.add(name + ": " + value);
        }
      }
      ByteBuf block = Unpooled.buffer();
      HpackEncoder.fields(fields, true, block);
      byte[] bytes = new byte[block.readableBytes()];
      block.readBytes(bytes);

      assertThat(both.decode(bytes)).isEqualTo(expected);
    }
  }
}
