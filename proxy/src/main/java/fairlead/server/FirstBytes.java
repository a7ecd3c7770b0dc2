package fairlead.server;

import fairlead.wire.ReadBuffers;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gathers how a connection begins until that tells who shall speak with it, and makes room for that
 * one. Reads for itself. Event loop only; one a connection.
 */
abstract class FirstBytes extends ChannelInboundHandlerAdapter {
  private @Nullable ByteBuf bytes;
  private @Nullable Future<?> timer;
  private boolean over;

  /**
   * Looks at all that came so far. Either it waits for more, or it adds who speaks next and calls
   * {@link #passOn}, or it ends the connection and calls {@link #end}.
   */
  abstract void look(ChannelHandlerContext context, ByteBuf all);

  /** It looks no more, whatever the reason. Perhaps more than once. */
  void ended() {}

  /** Whether nothing more is looked at. */
  final boolean isOver() {
    return over;
  }

  /** Looks at nothing more: it is told who speaks next, or the connection is going to be closed. */
  final void end() {
    over = true;
  }

  /** Has {@code task} run after {@code delay}, in place of what was to run before. */
  final void schedule(ChannelHandlerContext context, Duration delay, Runnable task) {
    stopTimer();
    timer = context.executor().schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What was not read goes to who was added behind; this one goes. */
  final void passOn(ChannelHandlerContext context) {
    var rest = bytes;
    bytes = null;
    if (rest != null && rest.isReadable()) {
      context.fireChannelRead(rest);
    } else if (rest != null) {
      rest.release();
    }
    context.pipeline().remove(this);
  }

  /** A channel keeps the buffers that it began to read with. */
  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    ReadBuffers.use(context.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var more = (ByteBuf) message;
    if (over) {
      more.release();
      return;
    }
    var all =
        bytes == null
            ? more
            : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), bytes, more);
    bytes = all;
    look(context, all);
    keep(context);
  }

  /** What is waited with is not the buffer that a loop reads all into. */
  private void keep(ChannelHandlerContext context) {
    var waiting = bytes;
    if (waiting != null && waiting.refCnt() > 1) {
      bytes = context.alloc().buffer(waiting.readableBytes()).writeBytes(waiting);
      waiting.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    context.fireChannelReadComplete();
    if (!over) {
      context.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    clear();
    context.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    var _ = context.close(); // it broke before it was of any use: nobody to tell
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    clear();
  }

  private void clear() {
    over = true;
    stopTimer();
    ended();
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
