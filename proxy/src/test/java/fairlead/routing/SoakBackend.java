package fairlead.routing;

import fairlead.server.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A fast backend that does what the first letter of the path says, good or bad. */
final class SoakBackend {
  static final int MEDIUM_BYTES = 1024;
  static final int CHUNKED_BYTES = 300;
  static final int LARGE_BYTES = 256 * 1024;

  private static final byte[] HEAD_END = bytes("\r\n\r\n");
  private static final byte[] LENGTH = bytes("ontent-Length: ");
  private static final byte[] SMALL = bytes("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  private static final byte[] MEDIUM = sized(MEDIUM_BYTES, MEDIUM_BYTES);
  private static final byte[] LARGE = sized(LARGE_BYTES, LARGE_BYTES);
  private static final byte[] CUT = sized(1000, 100);
  private static final byte[] CHUNKED =
      bytes(
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
              + ("64\r\n" + "c".repeat(100) + "\r\n").repeat(3)
              + "0\r\n\r\n");
  private static final byte[] NACK =
      bytes("HTTP/1.1 503 Busy\r\nRetry-After: 0\r\nContent-Length: 4\r\n\r\nbusy");

  private final Channel channel;

  SoakBackend(Transport transport) {
    channel =
        new ServerBootstrap()
            .group(transport.loops())
            .channelFactory(transport.listening(InetAddress.getLoopbackAddress()))
            .option(ChannelOption.SO_BACKLOG, 1024)
            .childHandler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel accepted) {
                    accepted.pipeline().addLast(new Serving());
                  }
                })
            .bind(InetAddress.getLoopbackAddress(), 0)
            .syncUninterruptibly()
            .channel();
  }

  InetSocketAddress address() {
    return (InetSocketAddress) channel.localAddress();
  }

  private static final class Serving extends ChannelInboundHandlerAdapter {
    private @Nullable ByteBuf in;
    private int bodyLeft;
    private int asked;

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      var more = (ByteBuf) message;
      in = in == null ? more : ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(ctx.alloc(), in, more);
      while (in != null && step(ctx, in)) {
        // One request after another.
      }
      if (in != null && !in.isReadable()) {
        drop();
      }
    }

    private boolean step(ChannelHandlerContext ctx, ByteBuf bytes) {
      if (asked == 0 && !head(bytes)) {
        return false;
      }
      int skipped = Math.min(bodyLeft, bytes.readableBytes());
      bytes.skipBytes(skipped);
      bodyLeft -= skipped;
      if (bodyLeft > 0) {
        return false;
      }
      answer(ctx, asked);
      asked = 0;
      return true;
    }

    private boolean head(ByteBuf bytes) {
      int end = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(HEAD_END), bytes);
      if (end < 0) {
        return false;
      }
      var head = bytes.readSlice(end - bytes.readerIndex() + HEAD_END.length);
      int slash = head.indexOf(head.readerIndex(), head.writerIndex(), (byte) '/');
      asked = head.getByte(slash + 1);
      int length = ByteBufUtil.indexOf(Unpooled.wrappedBuffer(LENGTH), head);
      for (int i = length + LENGTH.length; length >= 0 && head.getByte(i) != '\r'; i++) {
        bodyLeft = bodyLeft * 10 + head.getByte(i) - '0';
      }
      return true;
    }

    private static void answer(ChannelHandlerContext ctx, int asked) {
      switch (asked) {
        case 's', 'u' -> send(ctx, SMALL);
        case 'm' -> send(ctx, MEDIUM);
        case 'c' -> send(ctx, CHUNKED);
        case 'l' -> send(ctx, LARGE);
        case 'n' -> send(ctx, NACK);
        case 'd' -> {
          var _ =
              ctx.writeAndFlush(Unpooled.wrappedBuffer(CUT))
                  .addListener(ChannelFutureListener.CLOSE);
        }
        case 'x' -> {
          var _ = ctx.close();
        }
        case 'w' -> {}
        default -> throw new AssertionError("path: /" + (char) asked + "…");
      }
    }

    private static void send(ChannelHandlerContext ctx, byte[] response) {
      var _ = ctx.writeAndFlush(Unpooled.wrappedBuffer(response));
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      drop();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      var _ = ctx.close();
    }

    private void drop() {
      if (in != null) {
        in.release();
        in = null;
      }
    }
  }

  private static byte[] sized(int announced, int sent) {
    return bytes("HTTP/1.1 200 OK\r\nContent-Length: " + announced + "\r\n\r\n" + "b".repeat(sent));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
