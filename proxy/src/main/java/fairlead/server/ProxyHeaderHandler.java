package fairlead.server;

import fairlead.wire.Slowness;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the PROXY protocol header of a trusted peer, which must send one, and makes room for
 * who serves the connection (threat 49). Reads for itself. Event loop only.
 */
final class ProxyHeaderHandler extends ChannelInboundHandlerAdapter {
  private final Duration timeout;
  private final Consumer<ProxyHeader.@Nullable Told> next;
  private final GuardStats stats;
  private @Nullable ByteBuf bytes;
  private @Nullable Future<?> timer;
  private boolean over;

  /**
   * For one connection.
   *
   * @param timeout for the whole header
   * @param next adds who serves the connection to its pipeline, told what the header says
   */
  ProxyHeaderHandler(
      Duration timeout, Consumer<ProxyHeader.@Nullable Told> next, GuardStats stats) {
    this.timeout = timeout;
    this.next = next;
    this.stats = stats;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    timer =
        context
            .executor()
            .schedule(() -> tooSlow(context), timeout.toNanos(), TimeUnit.NANOSECONDS);
    if (context.channel().isActive()) {
      context.read();
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    context.read();
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
    switch (ProxyHeader.read(all)) {
      case ProxyHeader.Result.NeedMore _ -> {}
      case ProxyHeader.Result.Bad(var reason) -> {
        over = true;
        stats.badProxyHeader();
        Refusal.badBeginning(
            context.channel(), "PROXY protocol is required here, but " + reason + "\n");
      }
      case ProxyHeader.Result.Done(var told) -> {
        bytes = null;
        handOver(context, all, told);
      }
    }
  }

  private void handOver(
      ChannelHandlerContext context, ByteBuf rest, ProxyHeader.@Nullable Told told) {
    next.accept(told);
    if (rest.isReadable()) {
      context.fireChannelRead(rest);
    } else {
      rest.release();
    }
    context.pipeline().remove(this);
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

  private void tooSlow(ChannelHandlerContext context) {
    if (!over) {
      over = true;
      stats.tooSlow(Slowness.HEAD);
      var _ = context.close();
    }
  }

  private void clear() {
    over = true;
    if (timer != null) {
      timer.cancel(false);
    }
    if (bytes != null) {
      bytes.release();
      bytes = null;
    }
  }
}
