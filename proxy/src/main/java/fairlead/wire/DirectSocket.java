package fairlead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.IovArray;
import io.netty.channel.unix.Socket;
import io.netty.util.concurrent.FastThreadLocal;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The way to a socket beside its channel, for bytes that go out as they are: no entry in the
 * channel's queue for each buffer, and nothing closes when the peer is gone. What the system does
 * not take is left for the channel, which also finds out why. Event loop only.
 */
final class DirectSocket {
  private static final FastThreadLocal<IovArray> PIECES =
      new FastThreadLocal<>() {
        @Override
        protected IovArray initialValue() {
          return new IovArray(Outbox.HELD_PIECES);
        }

        @Override
        protected void onRemoval(IovArray pieces) {
          pieces.release();
        }
      };

  private final ChannelHandlerContext ctx;
  private final Socket socket;

  private DirectSocket(ChannelHandlerContext ctx, Socket socket) {
    this.ctx = ctx;
    this.socket = socket;
  }

  /** Null where the transport is another. */
  static @Nullable DirectSocket of(ChannelHandlerContext ctx) {
    return ctx.channel() instanceof EpollSocketChannel channel
            && channel.fd() instanceof Socket socket
        ? new DirectSocket(ctx, socket)
        : null;
  }

  /**
   * Whether what is sent now comes behind all that was sent before: the connection is open, nothing
   * waits in its channel, and no handler stands between that would change the bytes.
   */
  @SuppressWarnings("ReferenceEquality") // a context is itself alone
  boolean isFree() {
    Channel channel = ctx.channel();
    var waiting = channel.unsafe().outboundBuffer(); // null from the beginning of a close
    return waiting != null
        && waiting.isEmpty()
        && waiting.totalPendingWriteBytes() == 0 // what others wrote and did not flush
        && channel.isActive()
        && ctx.pipeline().firstContext() == ctx;
  }

  /**
   * Offers the first {@code count} buffers to the system, once.
   *
   * @return how many bytes it took; 0 when it takes none now or never again
   */
  long send(@Nullable ByteBuf[] buffers, int count) {
    try {
      var only = buffers[0];
      if (count == 1 && only != null && only.hasMemoryAddress()) {
        return socket.sendAddress(only.memoryAddress(), only.readerIndex(), only.writerIndex());
      }
      return gather(buffers, count);
    } catch (IOException gone) {
      return 0;
    }
  }

  private long gather(@Nullable ByteBuf[] buffers, int count) throws IOException {
    var pieces = PIECES.get();
    pieces.clear();
    for (int i = 0; i < count; i++) {
      var buffer = buffers[i];
      if (buffer == null
          || !buffer.hasMemoryAddress()
          || !pieces.add(buffer, buffer.readerIndex(), buffer.readableBytes())) {
        break; // only ones outside the heap; the channel takes the others
      }
    }
    return pieces.count() == 0
        ? 0
        : socket.writevAddresses(pieces.memoryAddress(0), pieces.count());
  }
}
