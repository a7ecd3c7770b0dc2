package fairlead.wire;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How we leave a peer that may still send (RFC 9112 §9.6). Closing at once could reset the
 * connection, and what was sent last might be lost with it: first all is sent, then we say that no
 * more comes, and what the peer still sends is read and dropped for a while. Reading and dropping
 * is the connection's. Event loop only.
 */
public final class StagedClose {
  private static final long LINGER_SECONDS = 2;
  private static final long PATIENCE_SECONDS = 60;

  private StagedClose() {}

  /** Leaves a backend at the end of a tunnel, which may take nothing for a minute at most. */
  public static void begin(ChannelHandlerContext ctx, Outbox out) {
    out.whenSent(
        () -> {
          var _ = stopSending(ctx);
        });
    watch(ctx, pending(ctx));
  }

  private static void watch(ChannelHandlerContext ctx, long before) {
    if (before > 0) {
      var _ = ctx.executor().schedule(() -> check(ctx, before), PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
  }

  private static void check(ChannelHandlerContext ctx, long before) {
    long now = pending(ctx);
    if (now == before) {
      var _ = ctx.close();
    } else {
      watch(ctx, now);
    }
  }

  /** Bytes that wait to be taken by the system; 0 when the connection is gone. */
  private static long pending(ChannelHandlerContext ctx) {
    var waiting = ctx.channel().unsafe().outboundBuffer();
    return waiting == null ? 0 : waiting.totalPendingWriteBytes();
  }

  /**
   * Says that no more comes, and closes the connection after a while. All was sent.
   *
   * @return what closes it; null when it is gone already
   */
  public static @Nullable Future<?> stopSending(ChannelHandlerContext ctx) {
    var channel = ctx.channel();
    if (!channel.isActive()) {
      return null;
    }
    var tls = ctx.pipeline().get(SslHandler.class);
    if (tls == null) {
      shutdownOutput(channel);
    } else {
      tls.closeOutbound().addListener(_ -> shutdownOutput(channel)); // after close_notify
    }
    Runnable close =
        () -> {
          var _ = ctx.close();
        };
    return channel.eventLoop().schedule(close, LINGER_SECONDS, TimeUnit.SECONDS);
  }

  private static void shutdownOutput(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
  }
}
