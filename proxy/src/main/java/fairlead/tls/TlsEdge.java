package fairlead.tls;

import fairlead.exchange.Turn;
import fairlead.wire.ReadBuffers;
import fairlead.wire.SocketBytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Between TLS and the socket. TLS flushes and closes when it likes: here both wait for the end of
 * the turn, so that no descriptor is closed amidst its events. A caller that does not begin with a
 * ClientHello is turned away. Event loop only; one a connection.
 */
final class TlsEdge extends ChannelDuplexHandler implements SocketBytes {
  private static final byte[] TLS_REQUIRED =
      """
      HTTP/1.0 400 Bad Request\r
      Content-Type: text/plain\r
      Content-Length: 21\r
      Connection: close\r
      \r
      TLS is required here
      """
          .getBytes(StandardCharsets.US_ASCII);

  private @Nullable ClientHelloStart hello;
  private @Nullable Turn turn;
  private boolean refused;
  private boolean flushDue;
  private long written;
  private long offered;

  /**
   * @param caller whether it is a caller's connection, which begins
   */
  TlsEdge(boolean caller) {
    this.hello = caller ? new ClientHelloStart() : null;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    turn = Turn.of(context.executor());
    ReadBuffers.use(context.channel());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    var bytes = (ByteBuf) message;
    if (refused || (hello != null && !isWelcome(context, hello, bytes))) {
      bytes.release();
    } else {
      context.fireChannelRead(bytes);
    }
  }

  private boolean isWelcome(ChannelHandlerContext context, ClientHelloStart start, ByteBuf bytes) {
    switch (start.look(bytes)) {
      case NEED_MORE -> {}
      case GOOD -> hello = null;
      case PLAIN_HTTP -> refuse(context, Unpooled.wrappedBuffer(TLS_REQUIRED));
      case BAD -> refuse(context, Unpooled.EMPTY_BUFFER);
    }
    return !refused;
  }

  private void refuse(ChannelHandlerContext context, ByteBuf answer) {
    refused = true;
    var why = new NotSslRecordException("no ClientHello of at most 16 KiB");
    context.fireUserEventTriggered(new SslHandshakeCompletionEvent(why));
    context.write(answer).addListener(_ -> close(context, context.newPromise()));
    flush(context);
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    written += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    var _ = context.write(message, promise);
  }

  @Override
  public void flush(ChannelHandlerContext context) {
    if (turn().isEnding()) {
      flushNow(context);
    } else if (!flushDue) {
      flushDue = true;
      turn().atEnd(() -> flushNow(context));
    }
  }

  private void flushNow(ChannelHandlerContext context) {
    flushDue = false;
    offered = written;
    context.flush();
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise promise) {
    turn()
        .atEnd(
            () -> {
              var _ = context.close(promise);
            });
  }

  @Override
  public long offered() {
    return offered;
  }

  private Turn turn() {
    if (turn == null) {
      throw new IllegalStateException("TLS: not in a pipeline (expected: in one)");
    }
    return turn;
  }
}
