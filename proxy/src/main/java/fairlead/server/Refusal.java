package fairlead.server;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.nio.charset.StandardCharsets;

/** What a connection is told that is turned away before it is served. Event loop only. */
final class Refusal {
  /** A fatal alert, internal_error: "unrelated to the peer" (RFC 8446 §6.2). */
  private static final byte[] ALERT = {21, 3, 3, 0, 2, 2, 80};

  private Refusal() {}

  /** There is no room. A Finagle or Linkerd caller takes it for a nack and asks elsewhere. */
  static void noRoom(Channel channel, String text) {
    send(channel, "503 Service Unavailable", "finagle-http-nack: true\r\nRetry-After: 0\r\n", text);
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
    String answer =
        "HTTP/1.0 %s\r\n%sContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
            .formatted(status, fields, text.length(), text);
    var bytes = Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII);
    var _ = channel.writeAndFlush(bytes).addListener(ChannelFutureListener.CLOSE);
  }
}
