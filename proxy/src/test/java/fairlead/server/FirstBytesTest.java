package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.wire.ReadBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FirstBytesTest {
  private final EmbeddedChannel channel = new EmbeddedChannel(new FourBytes());

  /** Knows all once four bytes are there. */
  private static final class FourBytes extends FirstBytes {
    @Override
    void look(ChannelHandlerContext context, ByteBuf all) {
      if (all.readableBytes() >= 4) {
        passOn(context);
      }
    }
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  @Test
  void fault26_aConnectionReadsIntoTheBuffersOfItsLoopFromTheBeginning() {
    assertThat((Object) channel.config().getRecvByteBufAllocator()).isInstanceOf(ReadBuffers.class);
  }

  @Test
  void whoWaitsForMoreDoesNotKeepTheBufferOfItsLoop() {
    ByteBuf first = bytes("ab");
    ByteBuf second = bytes("cde");

    channel.writeInbound(first.retain());
    assertThat(first.refCnt()).isEqualTo(1);
    first.release();
    channel.writeInbound(second);

    ByteBuf all = channel.readInbound();
    assertThat(all.toString(StandardCharsets.US_ASCII)).isEqualTo("abcde");
    all.release();
    assertThat(second.refCnt()).isZero();
  }

  @Test
  void whatTellsAtOnceIsPassedOnAsItIs() {
    ByteBuf all = bytes("abcd");

    channel.writeInbound(all);

    assertThat(channel.<ByteBuf>readInbound()).isSameAs(all);
    all.release();
  }

  private static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }
}
