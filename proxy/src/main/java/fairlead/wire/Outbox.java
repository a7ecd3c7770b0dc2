package fairlead.wire;

import fairlead.exchange.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has to send, flushed once a loop turn, so that what one turn wrote leaves in
 * one write: small pieces in one buffer, large ones beside it. Event loop only.
 */
public final class Outbox {
  /** A copy of so much is cheaper than a buffer more to send. */
  public static final int COPIED_BYTES = 4096;

  private final ChannelHandlerContext ctx;
  private final Turn turn;
  private final Runnable afterFlush;
  private final Runnable flush = this::endTurn;

  /** Written last and not handed to the channel, so that more can be put behind it. */
  private @Nullable ByteBuf tail;

  /** Handed to the channel last, and held until it is known whether the system took it. */
  private @Nullable ByteBuf passed;

  private boolean flushDue;
  private long flushes;
  private long sent;
  private long flushed;

  /**
   * @param afterFlush runs at the end of each turn that wrote, behind the flush
   */
  Outbox(ChannelHandlerContext ctx, Runnable afterFlush) {
    this.ctx = ctx;
    this.turn = Turn.of(ctx.executor());
    this.afterFlush = afterFlush;
  }

  /** Where to write the next {@code bytes}. Not to be kept. */
  public ByteBuf room(int bytes) {
    var last = tail;
    if (last != null && last.writableBytes() >= bytes) {
      return last;
    }
    passTail();
    flushSoon();
    var next = SpareBuffers.take(ctx.alloc(), bytes);
    tail = next;
    return next;
  }

  /** Takes the buffer over. */
  public void add(ByteBuf data) {
    int bytes = data.readableBytes();
    if (bytes <= COPIED_BYTES) {
      try {
        room(bytes).writeBytes(data);
      } finally {
        data.release(); // also when there is no memory for it
      }
    } else {
      passTail();
      pass(data);
      flushSoon();
    }
  }

  public boolean writable() {
    return ctx.channel().isWritable();
  }

  /** Whether something is still to be done at the end of this turn. */
  public boolean isFlushDue() {
    return flushDue;
  }

  /** How often all that was written has been offered to the socket. */
  public long flushes() {
    return flushes;
  }

  /** Bytes written so far. */
  public long sent() {
    return tail == null ? sent : sent + tail.readableBytes();
  }

  /** Whether the system has not taken all that was offered to it. */
  public boolean isWaiting() {
    var waiting = ctx.channel().unsafe().outboundBuffer();
    return waiting != null && !waiting.isEmpty();
  }

  /**
   * Bytes that the system has taken so far, encrypted ones where there is TLS. Looks at all that
   * waits: not for every request.
   */
  long handedOver() {
    var waiting = ctx.channel().unsafe().outboundBuffer();
    var edge = ctx.pipeline().get(SocketBytes.class);
    long offered = edge == null ? flushed : edge.offered();
    if (waiting == null) {
      return offered;
    }
    var left = new LeftBytes();
    try {
      waiting.forEachFlushedMessage(left);
    } catch (Exception e) {
      throw new IllegalStateException(e); // LeftBytes throws none
    }
    return offered - left.sum;
  }

  private static final class LeftBytes implements ChannelOutboundBuffer.MessageProcessor {
    private long sum;

    @Override
    public boolean processMessage(Object message) {
      sum += message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
      return true;
    }
  }

  /** Has the flush run at the end of this turn, also when nothing was written. */
  public void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      turn.atEnd(flush);
    }
  }

  /**
   * Hands all that was written to the socket. Not amidst the events of a turn: where the peer is
   * gone, the channel closes and its descriptor may be another's at once.
   */
  private void flush() {
    passTail();
    flushes++;
    flushed = sent;
    ctx.flush();
    dropPassed();
  }

  /** Drops what was not flushed: the connection is gone. */
  void discard() {
    if (tail != null) {
      tail.release();
      tail = null;
    }
    dropPassed();
  }

  private void dropPassed() {
    if (passed != null) {
      SpareBuffers.give(passed);
      passed = null;
    }
  }

  /**
   * Runs {@code task} once all that was written is with the system, or lost with the connection.
   */
  public void whenSent(Runnable task) {
    passTail();
    flushed = sent;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> task.run());
  }

  private void endTurn() {
    flushDue = false;
    flush();
    afterFlush.run();
  }

  private void passTail() {
    var last = tail;
    tail = null;
    if (last != null) {
      dropPassed();
      passed = last.retain();
      pass(last);
    }
  }

  private void pass(ByteBuf bytes) {
    sent += bytes.readableBytes();
    var _ = ctx.write(bytes, ctx.voidPromise());
  }
}
