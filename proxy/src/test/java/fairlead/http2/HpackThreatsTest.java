package fairlead.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.http.Fields;
import fairlead.http2.HeaderBlock.Literal;
import fairlead.http2.HpackDecoder.Result;
import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

/** What a header block can be made to cost ({@code spec/threats.md} 36, 37). */
class HpackThreatsTest {
  private static final int FEW = 4_000;
  private static final int MANY = 16 * FEW;
  private static final int LIST_BYTES = 8 * 1024;

  private final HpackDecoder decoder = new HpackDecoder(4096, LIST_BYTES, 100);
  private final Fields into = new Fields();
  private int handedOver;

  /** One byte stands for four thousand: nothing of it is stored beyond the limit. */
  @Test
  void threat36_aBombStoresNoMoreThanTheLimit() throws HpackException {
    HeaderBlock bomb = new HeaderBlock().field(Literal.INDEXED, "x", "v".repeat(4096 - 33));
    for (int i = 0; i < 16 * 1024; i++) {
      bomb.indexed(62);
    }

    assertThat(decode(bomb.buffer())).isEqualTo(Result.TOO_LARGE);
    assertThat(handedOver).isEqualTo(2);
    assertThat(into.capacity()).isLessThan(2 * LIST_BYTES);
    assertThat(decoder.tableBytes()).isEqualTo(4096);
  }

  /** The block is refused, the connection goes on: what follows refers to the right entries. */
  @Test
  void threat36_theTableIsRightAfterABlockThatWasRefused() throws HpackException {
    HeaderBlock refused = new HeaderBlock().huffman();
    for (int i = 0; i < 1000; i++) {
      refused.field(Literal.INDEXED, "name-" + i, "value-" + i);
    }

    assertThat(decode(refused.buffer())).isEqualTo(Result.TOO_MANY);
    assertThat(new Decoding(decoder).decode(new HeaderBlock().indexed(62).indexed(63)))
        .containsExactly("name-999: value-999", "name-998: value-998");
  }

  @Test
  void threat36_aStringThatIsNotStoredTakesNoRoomInTheHead() throws HpackException {
    var block =
        new HeaderBlock()
            .huffman()
            .field(Literal.NOT_INDEXED, "x", "0".repeat(1 << 20))
            .field(Literal.INDEXED, "y", "0".repeat(1 << 20));

    assertThat(decode(block.buffer())).isEqualTo(Result.TOO_LARGE);
    assertThat(into.capacity()).isLessThan(LIST_BYTES);
    assertThat(decoder.tableBytes()).isZero();
  }

  /** Three bytes would have a table's worth of name copied, time and again. */
  @Test
  void threat36_aTableThatIsThrashedIsAnError() throws HpackException {
    String name = "n".repeat(4096 - 32);
    HeaderBlock thrash = new HeaderBlock().field(Literal.INDEXED, name, "");
    for (int i = 0; i < 5000; i++) {
      thrash.field(Literal.INDEXED, 62, "");
    }

    assertThatThrownBy(() -> decode(thrash.buffer()))
        .isInstanceOf(HpackException.class)
        .hasMessage("long names are entered in the table over and over");
  }

  /** A hundred fields of one long name, as an honest peer may send them, are no thrash. */
  @Test
  void aNameMayBeEnteredOften() throws HpackException {
    HeaderBlock block = new HeaderBlock().field(Literal.INDEXED, "n".repeat(60), "0");
    for (int i = 1; i < 100; i++) {
      block.field(Literal.INDEXED, 62, Integer.toString(i));
    }

    assertThat(new Decoding(new HpackDecoder(4096, 64 * 1024, 100)).decode(block)).hasSize(100);
  }

  @Test
  void threat37_timeGrowsWithTheFieldsAndNoFaster() throws HpackException {
    assertLinear("fields of one byte", manySmall(FEW), manySmall(MANY));
    assertLinear("entries", manyEntries(FEW), manyEntries(MANY));
    assertLinear("size updates", manyUpdates(FEW), manyUpdates(MANY));
    assertLinear("Huffman codes", huffman(FEW), huffman(MANY));
  }

  private static byte[] manySmall(int count) {
    var block = new HeaderBlock();
    for (int i = 0; i < count; i++) {
      block.field(Literal.NOT_INDEXED, "a", "");
    }
    return block.bytes();
  }

  private static byte[] manyEntries(int count) {
    var block = new HeaderBlock();
    for (int i = 0; i < count; i++) {
      block.field(Literal.INDEXED, "b", Integer.toString(i % 10));
    }
    return block.bytes();
  }

  private static byte[] manyUpdates(int count) {
    var block = new HeaderBlock();
    for (int i = 0; i < count; i++) {
      block.tableSize(i % 2 * 4096);
    }
    return block.bytes();
  }

  /** The longest codes. */
  private static byte[] huffman(int count) {
    return new HeaderBlock().huffman().field(Literal.INDEXED, "c", "\n".repeat(count)).bytes();
  }

  /** Sixteen times as much may take no more than four times sixteen as long. */
  private void assertLinear(String what, byte[] few, byte[] many) throws HpackException {
    var generous = new HpackDecoder(4096, 64 << 20, MANY);
    long ofFew = nanos(generous, few);
    long ofMany = nanos(generous, many);

    assertThat(ofMany).as(what).isLessThan(4 * (MANY / FEW) * Math.max(ofFew, 10_000));
  }

  /** The best of a few, for there are others on this machine. */
  private long nanos(HpackDecoder decoder, byte[] block) throws HpackException {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < 10; i++) {
      into.reset();
      ByteBuf in = new HeaderBlock().raw(block).buffer();
      long start = System.nanoTime();
      decoder.decode(
          in,
          into,
          (id, name, nameLength, value, valueLength, lineEnd) -> {
            into.received(id, name, nameLength, value, valueLength, lineEnd);
            return true;
          });
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }

  private Result decode(ByteBuf block) throws HpackException {
    handedOver = 0;
    return decoder.decode(
        block,
        into,
        (id, name, nameLength, value, valueLength, lineEnd) -> {
          handedOver++;
          return true;
        });
  }
}
