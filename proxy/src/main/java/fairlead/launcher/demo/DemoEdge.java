package fairlead.launcher.demo;

import fairlead.server.CannotListenException;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Stands for the load balancer or gateway in front of the fleet: passes the bytes of every
 * connection on to one host's outgoing router.
 */
final class DemoEdge {
  private DemoEdge() {}

  /** Listens on {@code address}; returns where. Blocks. */
  static InetSocketAddress start(
      EventLoopGroup group, InetAddress address, int port, InetSocketAddress target)
      throws IOException {
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .childOption(ChannelOption.AUTO_READ, false)
            .childHandler(new Front(target))
            .bind(address, port)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new CannotListenException(new InetSocketAddress(address, port), bound.cause());
    }
    return (InetSocketAddress) bound.channel().localAddress();
  }

  /** Connects each accepted connection to the target; reads one side only as the other takes. */
  @ChannelHandler.Sharable
  private static final class Front extends ChannelInboundHandlerAdapter {
    private final InetSocketAddress target;

    Front(InetSocketAddress target) {
      this.target = target;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
      Channel front = ctx.channel();
      var relay = new Relay(front);
      var connecting =
          new Bootstrap()
              .group(front.eventLoop())
              .channel(NioSocketChannel.class)
              .option(ChannelOption.AUTO_READ, false)
              .handler(relay)
              .connect(target);
      connecting.addListener(
          done -> {
            if (!done.isSuccess()) {
              var _ = front.close();
              return;
            }
            var _ = ctx.pipeline().replace(this, null, new Relay(connecting.channel()));
            front.read();
            connecting.channel().read();
          });
    }
  }

  /** Passes what is read on to the other side, and the end with it. */
  private static final class Relay extends ChannelInboundHandlerAdapter {
    private final Channel other;

    Relay(Channel other) {
      this.other = other;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, @Nullable Object message) {
      if (!other.isActive()) {
        ReferenceCountUtil.release(message);
        return;
      }
      var written = other.writeAndFlush(message);
      written.addListener(
          done -> {
            if (done.isSuccess()) {
              ctx.read();
            } else {
              var _ = ctx.close();
            }
          });
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      var rest = other.writeAndFlush(ctx.alloc().buffer(0));
      rest.addListener(ChannelFutureListener.CLOSE);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }
  }
}
