package fairlead.http1;

import fairlead.exchange.ConnectionEvents;
import fairlead.exchange.Turn;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * What both codecs have: the two halves of a connection, and what is counted of it. Event loop
 * only.
 */
abstract class Connection extends ChannelInboundHandlerAdapter {
  final Inlet in = new Inlet();

  private final ConnectionEvents events;

  private @Nullable ChannelHandlerContext ctx;
  private @Nullable Turn turn;
  private @Nullable Outlet out;
  private @Nullable Throwable cause;
  private boolean opened;
  private boolean ending;
  private long openedNanos;
  private long requests;
  private long reportedIn;
  private long reportedOut;

  Connection(ConnectionEvents events) {
    this.events = events;
  }

  /**
   * Closes the connection at the end of this turn, whatever it does. Not at once: the loop may hold
   * events of it, and would take them for those of a new connection that got the same descriptor.
   */
  public final void close() {
    var closed = ctx;
    if (closed != null && !ending) {
      ending = true;
      turn()
          .atEnd(
              () -> {
                var _ = closed.close();
              });
    }
  }

  /** When the connection was up, by the loop's ticker. */
  public final long openedNanos() {
    return openedNanos;
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable problem) {
    cause = problem;
    var _ = context.close();
  }

  /**
   * The connection is this handler's.
   *
   * @param afterFlush runs at the end of each turn that wrote, behind the flush
   */
  final void attach(ChannelHandlerContext context, Runnable afterFlush) {
    ctx = context;
    turn = Turn.of(context.executor());
    out = new Outlet(context, afterFlush);
    ReadBuffers.use(context.channel());
  }

  /** The connection is up. */
  final void opened() {
    opened = true;
    openedNanos = turn().nanoTime();
    events.opened();
  }

  final boolean isOpen() {
    return opened;
  }

  /** A request more. */
  final void countRequest() {
    requests++;
  }

  final long requests() {
    return requests;
  }

  /** Tells of the bytes that nobody was told of yet. */
  final void report() {
    long received = in.received();
    long sent = outlet().sent();
    events.bytes(received - reportedIn, sent - reportedOut);
    reportedIn = received;
    reportedOut = sent;
  }

  /** The connection is gone; whether it was up, which is true once. */
  final boolean closed() {
    in.clear();
    outlet().discard();
    report();
    if (!opened) {
      return false;
    }
    opened = false;
    long age = turn().nanoTime() - openedNanos;
    events.closed(age, reportedIn, reportedOut, requests, cause);
    return true;
  }

  /** What broke it, or null. */
  final @Nullable Throwable cause() {
    return cause;
  }

  final ChannelHandlerContext context() {
    return made(ctx);
  }

  final Turn turn() {
    return made(turn);
  }

  final Outlet outlet() {
    return made(out);
  }

  /** A part that there is once the connection is. */
  static <T> T made(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException("connection: not open (expected: open)");
    }
    return part;
  }
}
