package fairlead.exchange;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.Test;

class KeptBodyTest {
  private static final int ROOM = 10;

  private final KeptBody kept = new KeptBody(ROOM);

  @Test
  void partsAreKeptInOrderUntilThereIsNoRoom() {
    assertThat(add("hello")).isTrue();
    assertThat(add(", all")).isTrue();
    assertThat(kept.bytes()).isEqualTo("hello, all".getBytes(US_ASCII));

    assertThat(add("!")).isFalse();
    kept.release();
    assertThat(kept.bytes()).isEmpty();
  }

  /** Else each of many small bodies would keep a buffer of 32 KiB for as long as it is answered. */
  @Test
  void fault26_whatIsKeptHoldsOnToNothingElseThatWasReadWithIt() {
    ByteBuf read = PooledByteBufAllocator.DEFAULT.ioBuffer(32 * 1024).writeZero(32 * 1024);

    assertThat(kept.add(read.slice(100, 5))).isTrue();

    assertThat(read.refCnt()).isEqualTo(1);
    read.release();
    assertThat(kept.bytes()).hasSize(5);
    kept.release();
  }

  private boolean add(String text) {
    ByteBuf part = PooledByteBufAllocator.DEFAULT.ioBuffer(16).writeBytes(text.getBytes(US_ASCII));
    try {
      return kept.add(part);
    } finally {
      part.release();
    }
  }
}
