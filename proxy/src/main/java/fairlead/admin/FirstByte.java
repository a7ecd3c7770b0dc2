package fairlead.admin;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import java.util.function.Consumer;

/**
 * Looks whether a caller begins TLS, then makes room for who speaks with it. Owned by the admin
 * thread; one a connection.
 */
final class FirstByte extends ChannelInboundHandlerAdapter {
  /** A TLS record of a handshake (RFC 8446 §5.1). */
  private static final int HANDSHAKE = 22;

  private final Consumer<ChannelPipeline> secure;
  private final Consumer<ChannelPipeline> plain;

  FirstByte(Consumer<ChannelPipeline> secure, Consumer<ChannelPipeline> plain) {
    this.secure = secure;
    this.plain = plain;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    var bytes = (ByteBuf) message;
    if (!bytes.isReadable()) {
      bytes.release();
      return;
    }
    boolean begins = bytes.getUnsignedByte(bytes.readerIndex()) == HANDSHAKE;
    (begins ? secure : plain).accept(ctx.pipeline());
    ctx.fireChannelRead(bytes);
    ctx.pipeline().remove(this);
  }
}
