package fairlead.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** What a connection is told that is turned away before it is served. Event loop only. */
final class Refusal {
  /** A fatal alert, internal_error: "unrelated to the peer" (RFC 8446 §6.2). */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 80};

  private static final int LINGER_MILLIS = 1000;

  private Refusal() {}

  /**
   * There is no room. A Finagle or Linkerd caller takes it for a nack and asks elsewhere.
   *
   * @param lingers whether what the caller sends is dropped for a while before the connection is
   *     closed: a reset, which an unread request would cause, may destroy the answer
   */
  static void noRoom(Channel channel, String text, boolean lingers) {
    var sent =
        write(
            channel,
            "503 Service Unavailable",
            "finagle-http-nack: true\r\nRetry-After: 0\r\n",
            text);
    if (lingers) {
      channel.pipeline().addLast(new Dropping());
      var _ = sent.addListener(_ -> linger(channel));
    } else {
      var _ = sent.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static void linger(Channel channel) {
    if (channel instanceof DuplexChannel duplex) {
      var _ = duplex.shutdownOutput();
    }
    channel.config().setAutoRead(true);
    Runnable close =
        () -> {
          var _ = channel.close();
        };
    var timer = channel.eventLoop().schedule(close, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    var _ = channel.closeFuture().addListener(_ -> timer.cancel(false));
  }

  private static final class Dropping extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object bytes) {
      ReferenceCountUtil.release(bytes);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      var _ = context.close();
    }
  }

  /** There is no room for a handshake either, of which a lot would cost more than the requests. */
  static void noRoomForTls(Channel channel) {
    var alert = Unpooled.wrappedBuffer(ALERT);
    var _ = channel.writeAndFlush(alert).addListener(ChannelFutureListener.CLOSE);
  }

  /** It does not begin as it must. */
  static void badBeginning(Channel channel, String text) {
    send(channel, "400 Bad Request", "", text);
  }

  /** Another version of HTTP is spoken. */
  static void otherVersion(Channel channel, String text) {
    send(channel, "505 HTTP Version Not Supported", "", text);
  }

  private static void send(Channel channel, String status, String fields, String text) {
    var _ = write(channel, status, fields, text).addListener(ChannelFutureListener.CLOSE);
  }

  private static ChannelFuture write(Channel channel, String status, String fields, String text) {
    String answer =
        "HTTP/1.0 %s\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, fields, text.length(), text);
    var bytes = Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII);
    return channel.writeAndFlush(bytes);
  }
}
