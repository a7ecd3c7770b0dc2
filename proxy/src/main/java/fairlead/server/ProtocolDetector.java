package fairlead.server;

import fairlead.exchange.Turn;
import fairlead.http2.ServerConnection;
import fairlead.wire.CallerConnection;
import fairlead.wire.Connection;
import fairlead.wire.ServerOwner;
import fairlead.wire.Slowness;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks how a connection begins, with the preface of HTTP/2 (RFC 9113 §3.3) or otherwise, and makes
 * room for who speaks that. Event loop only; one a connection.
 */
final class ProtocolDetector extends FirstBytes implements CallerConnection {
  private static final String PREFACE = ServerConnection.PREFACE;

  private final Duration timeout;
  private final @Nullable Duration idleTime;
  private final Supplier<ChannelHandler> http2;
  private final Supplier<ChannelHandler> other;
  private final ServerOwner owner;
  private @Nullable ChannelHandlerContext ctx;
  private boolean begun;

  /**
   * For one connection.
   *
   * @param timeout for as many bytes as tell, from the first of them
   * @param idleTime for the first; null for any time
   */
  ProtocolDetector(
      Duration timeout,
      @Nullable Duration idleTime,
      Supplier<ChannelHandler> http2,
      Supplier<ChannelHandler> other,
      ServerOwner owner) {
    this.timeout = timeout;
    this.idleTime = idleTime;
    this.http2 = http2;
    this.other = other;
    this.owner = owner;
  }

  @Override
  public void execute(Runnable task) {
    context().executor().execute(task);
  }

  @Override
  public void finish() {
    close();
  }

  /** At the end of the turn, as each connection (see {@code wire.Connection}). */
  @Override
  public void close() {
    end();
    Turn.of(context().channel().eventLoop())
        .atEnd(
            () -> {
              var _ = context().close();
            });
  }

  private ChannelHandlerContext context() {
    return Connection.made(ctx);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    super.handlerAdded(context);
    ctx = context;
    if (context.channel().isActive()) {
      open(context);
    }
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    context.fireChannelActive();
    open(context);
  }

  private void open(ChannelHandlerContext context) {
    if (idleTime != null) {
      schedule(context, idleTime, this::unused);
    }
    owner.joined(this); // who may close it at once
    context.read();
  }

  @Override
  void look(ChannelHandlerContext context, ByteBuf all) {
    int seen = Math.min(all.readableBytes(), PREFACE.length());
    if (!beginsLikePreface(all, seen)) {
      handOver(context, other.get());
    } else if (seen == PREFACE.length()) {
      handOver(context, http2.get());
    } else if (!begun) {
      begun = true;
      schedule(context, timeout, this::tooSlow);
    }
  }

  private static boolean beginsLikePreface(ByteBuf all, int length) {
    for (int i = 0; i < length; i++) {
      if (all.getByte(all.readerIndex() + i) != PREFACE.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private void handOver(ChannelHandlerContext context, ChannelHandler next) {
    context.pipeline().addLast(next);
    passOn(context);
  }

  private void tooSlow() {
    if (!isOver()) {
      owner.tooSlow(Slowness.HEAD);
      close();
    }
  }

  private void unused() {
    if (!isOver()) {
      owner.idleClose();
      close();
    }
  }

  @Override
  void ended() {
    owner.left(this);
  }
}
