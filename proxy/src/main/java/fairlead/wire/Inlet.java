package fairlead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import org.jspecify.annotations.Nullable;

/** Bytes that were received and not used yet. Event loop only. */
public final class Inlet {
  /** A buffer may be this many times as large as what is left in it. */
  private static final int SLACK = 4;

  private @Nullable ByteBuf bytes;
  private long received;

  /** Takes the buffer over. */
  public void add(ChannelHandlerContext ctx, ByteBuf more) {
    received += more.readableBytes();
    bytes =
        bytes == null
            ? more
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), bytes, more);
  }

  /** What there is, perhaps nothing; stays the inlet's. */
  public ByteBuf bytes() {
    return bytes == null ? Unpooled.EMPTY_BUFFER : bytes;
  }

  /** All that there is, which is the taker's from now on. */
  public ByteBuf take() {
    var all = bytes();
    bytes = null;
    return all;
  }

  public boolean isEmpty() {
    return bytes == null || !bytes.isReadable();
  }

  /** Lets go of what was used up: few bytes are not kept in a large buffer, none in the reserve. */
  public void trim(ChannelHandlerContext ctx) {
    if (bytes == null) {
      return;
    }
    int left = bytes.readableBytes();
    if (left == 0) {
      clear();
    } else if (left < bytes.capacity() / SLACK || bytes.capacity() == SpareBuffers.BYTES) {
      var smaller = ctx.alloc().ioBuffer(left).writeBytes(bytes);
      bytes.release();
      bytes = smaller;
    }
  }

  public void clear() {
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }

  /** Bytes received so far. */
  public long received() {
    return received;
  }
}
