package fairlead.bench;

import fairlead.http.Fields;
import fairlead.http2.FieldSink;
import fairlead.http2.HpackDecoder;
import fairlead.http2.HpackEncoder;
import fairlead.http2.HpackException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The header block of a browser's request: its first, whose fields all are Huffman codes and enter
 * the table; a later one, all indexes but for the path; and one as we write it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HpackBench {
  private static final ByteBuf FIRST =
      direct(
          "8287049262d416c430d0983d9216c47f941a9326010341853d9216c47f7ab5d07f66a281b0dae053"
              + "fafc087ed4ce6aadf2a7979c89c6bed4b3bdc089e5c1fda988a4ea76040080010054c26b0b29fcb0"
              + "113cb83f538b1d75d0620d263d4c7441ea508d9bd9abfa5242cb40d25fa523b3579cba51d85b1400"
              + "44cb4db8ebcf8e324859401132d36e3af3e38c92165f609a4150831ea8001132d36e3af3e38c9216"
              + "5fb51339692c120ecebf408bf2b4a7b3c0ec90b22d29ec870be25c0b89777f");

  private static final ByteBuf LATER =
      direct("8287049262d416c430d0983d9216c47f941a93260103c4c3c2c1c0bfbe");

  private final HpackDecoder decoder = new HpackDecoder(4096, 8 * 1024, 100);
  private final Fields fields = new Fields();
  private final FieldSink sink = this::enter;
  private final ByteBuf ours = Unpooled.directBuffer();
  private final ByteBuf out = Unpooled.directBuffer(4096);

  /** Fills the table, to which the indexes refer. */
  @Setup
  public void warm() throws HpackException {
    first();
    HpackEncoder.fields(fields, true, ours);
  }

  @Benchmark
  public Fields first() throws HpackException {
    return decode(FIRST);
  }

  @Benchmark
  public Fields later() throws HpackException {
    return decode(LATER);
  }

  @Benchmark
  public Fields ours() throws HpackException {
    return decode(ours);
  }

  @Benchmark
  public ByteBuf write() {
    HpackEncoder.fields(fields, true, out.clear());
    return out;
  }

  private Fields decode(ByteBuf block) throws HpackException {
    fields.reset();
    block.readerIndex(0);
    decoder.decode(block, fields, sink);
    return fields;
  }

  private boolean enter(int id, int name, int nameLength, int value, int length, int lineEnd) {
    if (id >= 0) {
      fields.received(id, name, nameLength, value, length, lineEnd);
    }
    return true;
  }

  private static ByteBuf direct(String hex) {
    return Unpooled.directBuffer().writeBytes(HexFormat.of().parseHex(hex));
  }
}
