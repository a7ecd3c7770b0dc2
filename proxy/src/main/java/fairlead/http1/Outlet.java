package fairlead.http1;

import fairlead.exchange.Turn;
import fairlead.http.Fields;
import fairlead.http.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection: frames messages and flushes once a loop turn, so that what one
 * turn wrote leaves in one write: small pieces in one buffer, large ones beside it. Event loop
 * only.
 */
final class Outlet {
  /** A copy of so much is cheaper than a buffer more to send. */
  private static final int COPIED_BYTES = 4096;

  /** Start line and framing may be longer than received by so much. */
  private static final int FRAMING_BYTES = 64;

  private static final int CHUNK_LINE_BYTES = 18;

  private final ChannelHandlerContext ctx;
  private final Turn turn;
  private final Runnable afterFlush;
  private final Runnable flush = this::endTurn;
  private Framing framing = Framing.NONE;

  /** Written last and not handed to the channel, so that more can be put behind it. */
  private @Nullable ByteBuf tail;

  /** Handed to the channel last, and held until it is known whether the system took it. */
  private @Nullable ByteBuf passed;

  private boolean flushDue;
  private boolean headUnsent;
  private long sent;
  private long flushed;

  /**
   * @param afterFlush runs at the end of each turn that wrote, behind the flush
   */
  Outlet(ChannelHandlerContext ctx, Runnable afterFlush) {
    this.ctx = ctx;
    this.turn = Turn.of(ctx.executor());
    this.afterFlush = afterFlush;
  }

  /** Writes a head and notes how the body behind it is framed. */
  void head(Head head, Framing bodyFraming) {
    framing = bodyFraming;
    headUnsent = true;
    int bytes = head.arrayLength() + FRAMING_BYTES;
    if (bodyFraming instanceof Framing.Length(var body) && body <= COPIED_BYTES) {
      bytes += (int) body;
    }
    HeadWriter.write(head, bodyFraming, room(bytes));
  }

  /** Takes the buffer over. */
  void data(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else if (framing instanceof Framing.Chunked) {
      ChunkWriter.begin(data.readableBytes(), room(CHUNK_LINE_BYTES));
      body(data);
      ChunkWriter.end(room(CHUNK_LINE_BYTES));
    } else {
      body(data);
    }
  }

  void end(@Nullable Fields trailers) {
    if (framing instanceof Framing.Chunked) {
      ChunkWriter.last(trailers, room(CHUNK_LINE_BYTES));
    }
  }

  /** Whether a body that is broken off here cannot be told from a whole one. */
  boolean endsWithConnection() {
    return framing instanceof Framing.UntilClose || framing instanceof Framing.Tunnel;
  }

  boolean writable() {
    return ctx.channel().isWritable();
  }

  /** Whether something is still to be done at the end of this turn. */
  boolean isFlushDue() {
    return flushDue;
  }

  /** Whether nothing of the last head has been handed to the socket yet. */
  boolean isHeadUnsent() {
    return headUnsent;
  }

  /** Bytes written so far. */
  long sent() {
    return tail == null ? sent : sent + tail.readableBytes();
  }

  /** Whether the system has not taken all that was offered to it. */
  boolean isWaiting() {
    var waiting = ctx.channel().unsafe().outboundBuffer();
    return waiting != null && !waiting.isEmpty();
  }

  /**
   * Bytes that the system has taken so far. Looks at all that waits: not for every request.
   *
   * <p>As long as nothing between here and the socket changes the number of bytes.
   */
  long handedOver() {
    var waiting = ctx.channel().unsafe().outboundBuffer();
    if (waiting == null) {
      return flushed;
    }
    var left = new LeftBytes();
    try {
      waiting.forEachFlushedMessage(left);
    } catch (Exception e) {
      throw new IllegalStateException(e); // LeftBytes throws none
    }
    return flushed - left.sum;
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
  void flushSoon() {
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
    headUnsent = false;
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
  void whenSent(Runnable task) {
    passTail();
    flushed = sent;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> task.run());
  }

  private void endTurn() {
    flushDue = false;
    flush();
    afterFlush.run();
  }

  private void body(ByteBuf data) {
    int bytes = data.readableBytes();
    if (bytes <= COPIED_BYTES) {
      room(bytes).writeBytes(data);
      data.release();
    } else {
      passTail();
      pass(data);
      flushSoon();
    }
  }

  /** Where to write the next {@code bytes}. */
  private ByteBuf room(int bytes) {
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
