package fairlead.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is kept of half a record. */
class RecordCumulatorTest {
  private static final int LARGE = 32 * 1024;
  private final ByteBufAllocator alloc = PooledByteBufAllocator.DEFAULT;

  private ByteBuf read(byte[] bytes) {
    return alloc.ioBuffer(LARGE, LARGE).writeBytes(bytes);
  }

  private static byte[] record(int length) {
    byte[] record = new byte[5 + length];
    record[0] = 23;
    record[3] = (byte) (length >> 8);
    record[4] = (byte) length;
    return record;
  }

  @ParameterizedTest
  @EnumSource
  void threat44_aCallerThatSendsByteByByteHoldsNoMoreThanItSent(Provider provider) {
    var cumulator = RecordCumulator.of(provider);
    byte[] record = record(2000);
    ByteBuf kept = Unpooled.EMPTY_BUFFER;
    for (int i = 0; i < 1000; i++) {
      kept = cumulator.cumulate(alloc, kept, read(new byte[] {record[i]}));
    }

    assertThat(kept.readableBytes()).isEqualTo(1000);
    assertThat(kept.capacity()).isLessThan(4096);
    kept.release();
  }

  @ParameterizedTest
  @EnumSource
  void wholeRecordsAreNotCopied(Provider provider) {
    var both = read(record(200)).writeBytes(record(300));

    ByteBuf kept = RecordCumulator.of(provider).cumulate(alloc, Unpooled.EMPTY_BUFFER, both);

    assertThat(kept).isSameAs(both);
    kept.release();
  }

  @ParameterizedTest
  @EnumSource
  void aLargePartIsKeptWhereItIs(Provider provider) {
    var cumulator = RecordCumulator.of(provider);
    byte[] record = record(16_000);
    var first = read(java.util.Arrays.copyOf(record, 10_000));

    ByteBuf kept = cumulator.cumulate(alloc, Unpooled.EMPTY_BUFFER, first);
    assertThat(kept).isSameAs(first);
    kept = cumulator.cumulate(alloc, kept, read(new byte[6005]));

    assertThat(kept.readableBytes()).isEqualTo(record.length);
    kept.release();
  }
}
