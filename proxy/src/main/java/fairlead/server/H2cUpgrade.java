package fairlead.server;

import fairlead.http.Head;
import fairlead.http.HeaderNames;
import fairlead.http.HopByHop;
import fairlead.http1.HeadParser;
import fairlead.http1.ParseResult;
import fairlead.http2.ServerConnection;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one request of HTTP/1.1 that a listener of HTTP/2 takes: {@code Upgrade: h2c} (RFC 7540 §3.2,
 * {@code spec/http.md} §17.2), which becomes stream 1. All else is answered 505. Event loop only.
 */
final class H2cUpgrade extends FirstBytes {
  private static final Logger LOG = LoggerFactory.getLogger(H2cUpgrade.class);
  private static final String SETTINGS = "HTTP2-Settings";
  private static final byte[] SWITCHING =
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"
          .getBytes(StandardCharsets.US_ASCII);

  private final HeadParser parser;
  private final Head head = new Head();
  private final Duration timeout;
  private final Supplier<ServerConnection> http2;

  /**
   * For one connection.
   *
   * @param timeout for the whole head
   */
  H2cUpgrade(HeadLimits limits, Duration timeout, Supplier<ServerConnection> http2) {
    this.parser = HeadParser.ofRequests(limits);
    this.timeout = timeout;
    this.http2 = http2;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    schedule(
        context,
        timeout,
        () -> {
          var _ = context.close();
        });
  }

  @Override
  void look(ChannelHandlerContext context, ByteBuf all) {
    var result = parser.parse(all, head);
    if (result instanceof ParseResult.NeedMore) {
      return;
    }
    end();
    byte[] settings = result instanceof ParseResult.Done ? settings() : null;
    if (settings == null) {
      LOG.warn(
          "{} speaks HTTP/1 to {}, where HTTP/2 is spoken: refused",
          context.channel().remoteAddress(),
          context.channel().localAddress());
      Refusal.otherVersion(context.channel(), "HTTP/2 is spoken here\n");
    } else {
      change(context, settings);
    }
  }

  /** What it says of the caller's settings; null when it asks for no change, or has a body. */
  private byte @Nullable [] settings() {
    boolean asks = head.wantsUpgrade() && head.all(HeaderNames.UPGRADE).contains("h2c");
    boolean body = head.isChunked() || head.contentLength() > 0;
    String text = head.first(SETTINGS);
    if (!asks || body || text == null || head.find(SETTINGS, head.find(SETTINGS, 0) + 1) >= 0) {
      return null;
    }
    try {
      return Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  private void change(ChannelHandlerContext context, byte[] settings) {
    HopByHop.strip(head);
    head.remove(SETTINGS);
    var _ = context.write(Unpooled.wrappedBuffer(SWITCHING));
    var next = http2.get();
    context.pipeline().addLast(next);
    next.upgraded(head, Unpooled.wrappedBuffer(settings));
    passOn(context);
  }
}
