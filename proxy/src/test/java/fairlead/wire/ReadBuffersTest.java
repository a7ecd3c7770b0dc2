package fairlead.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {
  private final EmbeddedChannel channel = new EmbeddedChannel();

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void aTurnReadsIntoOneBufferWhenEachReaderIsDoneWithIt() {
    var first = read();
    first.writeByte(1).release();
    var second = read();

    assertThat(second).isSameAs(first);
    assertThat(second.isReadable()).isFalse();

    second.release();
    channel.runPendingTasks();

    assertThat(second.refCnt()).isZero();
  }

  @Test
  void whatIsKeptIsNotWrittenOver() {
    var kept = read();
    kept.writeByte(7);
    var second = read();
    second.writeByte(8).release();

    assertThat(second).isNotSameAs(kept);
    assertThat(kept.readByte()).isEqualTo((byte) 7);

    channel.runPendingTasks();
    assertThat(kept.refCnt()).isOne();
    kept.release();
  }

  private ByteBuf read() {
    ReadBuffers.use(channel);
    RecvByteBufAllocator allocator = channel.config().getRecvByteBufAllocator();
    return allocator.newHandle().allocate(PooledByteBufAllocator.DEFAULT);
  }
}
