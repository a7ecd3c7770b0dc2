package fairlead.wire;

import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.Turn;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * What both codecs have: the two halves of a connection, and what is counted of it. Event loop
 * only.
 */
public abstract class Connection extends ChannelInboundHandlerAdapter {
  protected final Inlet in = new Inlet();

  private final ConnectionEvents events;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Turn turn;
  private @Nullable Outbox out;
  private @Nullable Throwable cause;
  private boolean opened;
  private boolean ending;

  /** The peer said by TLS that it sends no more. */
  private boolean notified;

  private long openedNanos;
  private long requests;
  private long reportedIn;
  private long reportedOut;

  /** When the peer stopped taking what we say, and for how long it did not before. */
  private long unwritableNanos;

  private long unwritableBefore;
  private boolean unwritable;

  public Connection(ConnectionEvents events) {
    this.events = events;
  }

  /**
   * Closes the connection at the end of this turn, whatever it does. Not at once: the loop may hold
   * events of it, and would take them for those of a new connection that got the same descriptor.
   */
  public final void close() {
    if (ctx != null) {
      closeAtEnd(ctx);
    }
  }

  /**
   * Closes it so that the peer sees a fault and the system keeps nothing of it: a reset, and where
   * there is TLS no close_notify before, which would make what was sent look whole.
   */
  public final void breakOff() {
    if (ctx != null) {
      ctx.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      var tls = ctx.pipeline().context(SslHandler.class);
      closeAtEnd(tls == null ? ctx : tls); // a context closes what is below it
    }
  }

  private void closeAtEnd(ChannelHandlerContext closed) {
    if (!ending) {
      ending = true;
      turn()
          .atEnd(
              () -> {
                var _ = closed.close();
              });
    }
  }

  /**
   * Whether the end of the connection may have cut off what the peer sent: TLS says when it is all
   * (RFC 9112 §9.8).
   */
  public final boolean isCutOff() {
    return !notified && context().pipeline().get(SslHandler.class) != null;
  }

  /** With close_notify the peer is gone, as it is with the end of a plain connection. */
  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslCloseCompletionEvent end && end.isSuccess()) {
      notified = true;
      close();
    }
    context.fireUserEventTriggered(event);
  }

  /** When the connection was up, by the loop's ticker. */
  public final long openedNanos() {
    return openedNanos;
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    cause = cause == null ? problem : cause;
    var _ = context.close();
  }

  /**
   * The connection is this handler's.
   *
   * @param afterFlush runs at the end of each turn that wrote, behind the flush
   */
  public final void attach(ChannelHandlerContext context, Runnable afterFlush) {
    ctx = context;
    turn = Turn.of(context.executor());
    out = new Outbox(context, afterFlush);
    ReadBuffers.use(context.channel());
  }

  @Override
  public final void channelReadComplete(ChannelHandlerContext context) {
    turn().readDone();
    readComplete();
  }

  /** All that there was has been read; what comes next is read when this asks for it. */
  protected abstract void readComplete();

  /** The connection is up. */
  public final void opened() {
    opened = true;
    openedNanos = turn().nanoTime();
    events.opened();
  }

  public final boolean isOpen() {
    return opened;
  }

  /** A request more. */
  public final void countRequest() {
    requests++;
  }

  public final long requests() {
    return requests;
  }

  /** Tells of the bytes that nobody was told of yet. */
  public final void report() {
    long received = in.received();
    long sent = outbox().sent();
    events.bytes(received - reportedIn, sent - reportedOut);
    reportedIn = received;
    reportedOut = sent;
  }

  /** The connection is gone; whether it was up, which is true once. */
  public final boolean closed() {
    in.clear();
    outbox().discard();
    report();
    if (!opened) {
      return false;
    }
    opened = false;
    long age = turn().nanoTime() - openedNanos;
    long not = unwritableBefore + (unwritable ? turn().nanoTime() - unwritableNanos : 0);
    events.writable(age - not, not);
    events.closed(age, reportedIn, reportedOut, requests, cause);
    return true;
  }

  /** The peer takes what we say again, or not for now. */
  public final void writable(boolean now) {
    if (now == unwritable) {
      long nanos = turn().nanoTime();
      unwritableBefore += now ? nanos - unwritableNanos : 0;
      unwritableNanos = nanos;
      unwritable = !now;
    }
  }

  /** Who counts. */
  public final ConnectionEvents events() {
    return events;
  }

  /** What broke it, or null. */
  public final @Nullable Throwable cause() {
    return cause;
  }

  public final ChannelHandlerContext context() {
    return made(ctx);
  }

  public final Turn turn() {
    return made(turn);
  }

  public final Outbox outbox() {
    return made(out);
  }

  /** A part that there is once the connection is. */
  public static <T> T made(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return part;
  }
}
