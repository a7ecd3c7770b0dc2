package fairlead.http1;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.TimeUnit;

/**
 * Closing at once could reset the connection, and what was sent last might be lost with it: first
 * all is sent, then we say that no more comes, and what the peer still sends is read and dropped
 * for a while (RFC 9112 §9.6). Reading and dropping is the caller's. Event loop only.
 */
final class StagedClose {
  private static final long LINGER_SECONDS = 2;

  private StagedClose() {}

  static void begin(ChannelHandlerContext ctx, Outlet out) {
    out.whenSent(() -> stopSending(ctx));
  }

  private static void stopSending(ChannelHandlerContext ctx) {
    var channel = ctx.channel();
    if (!channel.isActive()) {
      return;
    }
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
    Runnable close =
        () -> {
          var _ = ctx.close();
        };
    var _ = channel.eventLoop().schedule(close, LINGER_SECONDS, TimeUnit.SECONDS);
  }
}
