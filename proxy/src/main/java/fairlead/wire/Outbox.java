package fairlead.wire;

import fairlead.exchange.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has to send, flushed once a loop turn, so that what one turn wrote leaves in
 * one write: small pieces in one buffer, large ones beside it. Much of it leaves earlier, while it
 * is in the processor's cache: behind the read that brought it. Event loop only.
 */
public final class Outbox {
  /** A copy of so much is cheaper than a buffer more to send. */
  public static final int COPIED_BYTES = 4096;

  /** So much does not wait for the end of the turn. */
  private static final int MUCH_BYTES = 16 * 1024;

  /** More than this waits in the channel, whose water marks then hold back who wrote it. */
  private static final int HELD_BYTES = 64 * 1024;

  /** What waits for a slow peer has so many times the room that it needs, at most. */
  private static final int MOST_ROOM = 2;

  /** So many pieces at most leave in one write. */
  static final int HELD_PIECES = 16;

  private final ChannelHandlerContext ctx;
  private final Turn turn;
  private final Runnable afterFlush;
  private final Runnable flush = this::endTurn;
  private final Runnable sendMuch = this::sendMuch;

  /** The way beside the channel; null where there is none. */
  private final @Nullable DirectSocket socket;

  /** Written and not handed to the channel, in order; {@code tail} comes behind them. */
  private @Nullable ByteBuf[] held = new ByteBuf[HELD_PIECES];

  private int pieces;
  private int heldBytes;

  /** Written last, so that more can be put behind it. */
  private @Nullable ByteBuf tail;

  /** Handed to the channel last, and held until it is known whether the system took it. */
  private @Nullable ByteBuf passed;

  private boolean flushDue;
  private boolean muchDue;

  /** Why something of what is held is in a buffer of the reserve, which is wanted back soon. */
  private @Nullable OutOfMemoryError spent;

  /** What is still written is dropped: the connection closes, as there was no memory for it. */
  private boolean shed;

  private boolean passing;

  /** The channel has something that it was not told to flush. */
  private boolean unflushed;

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
    this.socket = DirectSocket.of(ctx);
  }

  /**
   * Where to write the next {@code bytes}. Not to be kept.
   *
   * @throws OutOfMemoryError when there is no memory, and the peer is slow to take what it was sent
   */
  public ByteBuf room(int bytes) {
    var last = tail;
    if (last != null && last.writableBytes() >= bytes) {
      return last;
    }
    holdTail();
    flushSoon();
    var next = buffer(bytes);
    tail = next;
    return next;
  }

  /**
   * The same, in front of {@code data}.
   *
   * @throws OutOfMemoryError as above; then {@code data} is released
   */
  public ByteBuf roomBefore(ByteBuf data, int bytes) {
    try {
      return room(bytes);
    } catch (OutOfMemoryError none) {
      data.release();
      throw none;
    }
  }

  private ByteBuf buffer(int bytes) {
    try {
      return SpareBuffers.take(ctx.alloc(), bytes);
    } catch (OutOfMemoryError none) {
      var reserve = bytes > SpareBuffers.BYTES || isWaiting() ? null : SpareBuffers.reserve();
      if (reserve == null) {
        throw none;
      }
      spent = none;
      sendSoon();
      return reserve;
    }
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
      holdTail();
      hold(data);
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

  private void endTurn() {
    flushDue = false;
    flush();
    afterFlush.run();
  }

  /**
   * Hands all that was written to the socket. Not amidst the events of a turn: where the peer is
   * gone, the channel closes and its descriptor may be another's at once.
   */
  private void flush() {
    if (passing) {
      return; // called from within: what is passed on is flushed behind it
    }
    sendHeld();
    passHeld();
    spent = null;
    if (unflushed || socket == null || !socket.isFree()) { // others may have written too
      unflushed = false;
      ctx.flush();
    }
    dropPassed();
  }

  /** Amidst the events of a turn: what the system does not take now waits for the turn's end. */
  private void sendMuch() {
    if (heldBytes >= MUCH_BYTES || spent != null) {
      sendHeld();
    }
    muchDue = false;
  }

  /** Offers all that is held to the system where nothing is before it; keeps what it left. */
  private void sendHeld() {
    holdTail();
    flushes++;
    flushed = sent;
    if (pieces == 0 || unflushed || socket == null || !socket.isFree()) {
      return;
    }
    long taken = socket.send(held, pieces);
    heldBytes -= (int) taken;
    int done = 0;
    while (done < pieces && taken >= held(done).readableBytes()) {
      taken -= held(done).readableBytes();
      SpareBuffers.give(held(done));
      done++;
    }
    int left = pieces - done;
    if (left > 0) {
      held(done).skipBytes((int) taken);
      System.arraycopy(held, done, held, 0, left);
    }
    Arrays.fill(held, left, pieces, null);
    pieces = left;
    if (spent != null && left > 0) {
      shed(spent);
    }
    spent = null;
  }

  /** Who is slow while there is no memory pays for it, not who comes next. */
  private void shed(OutOfMemoryError reason) {
    shed = true;
    giveHeld();
    turn.atEnd(() -> ctx.pipeline().fireExceptionCaught(reason));
  }

  private ByteBuf held(int i) {
    var piece = held[i];
    if (piece == null) {
      throw new IllegalStateException("outbox: no piece " + i + " (expected: " + pieces + ")");
    }
    return piece;
  }

  /** Drops what was not flushed: the connection is gone. */
  void discard() {
    holdTail();
    giveHeld();
    dropPassed();
  }

  private void giveHeld() {
    for (var piece : held) {
      if (piece != null) {
        SpareBuffers.give(piece);
      }
    }
    forget();
  }

  private void forget() {
    Arrays.fill(held, 0, pieces, null);
    pieces = 0;
    heldBytes = 0;
  }

  /**
   * Runs {@code task} once all that was written is with the system, or lost with the connection.
   */
  public void whenSent(Runnable task) {
    holdTail();
    passHeld();
    flushed = sent;
    unflushed = false;
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> task.run());
  }

  private void holdTail() {
    var last = tail;
    tail = null;
    if (last != null) {
      hold(last);
    }
  }

  private void hold(ByteBuf bytes) {
    if (shed) {
      SpareBuffers.give(bytes);
      return;
    }
    int more = bytes.readableBytes();
    sent += more;
    if (!passing && (pieces >= HELD_PIECES || heldBytes + more > HELD_BYTES)) {
      passHeld();
    }
    if (pieces == held.length) {
      held = Arrays.copyOf(held, pieces * 2);
    }
    held[pieces++] = bytes;
    heldBytes += more;
    if (heldBytes >= MUCH_BYTES) {
      sendSoon();
    }
  }

  /** Has what is held offered to the system behind the read that brought it. */
  private void sendSoon() {
    if (!muchDue && socket != null) {
      muchDue = true;
      turn.behindRead(sendMuch);
    }
  }

  /** The channel may ask for more meanwhile, which comes behind, or close. */
  private void passHeld() {
    passing = true;
    for (int i = 0; i < pieces; i++) {
      var piece = held(i);
      held[i] = null;
      pass(isWaiting() ? fitting(piece) : piece);
    }
    passing = false;
    forget();
  }

  /**
   * What waits is in no more memory than it needs: a slow peer may be written a little to in each
   * of many turns.
   */
  private ByteBuf fitting(ByteBuf piece) {
    int bytes = piece.readableBytes();
    if (bytes > piece.capacity() / MOST_ROOM) {
      return piece;
    }
    try {
      var copy = ctx.alloc().ioBuffer(bytes).writeBytes(piece);
      SpareBuffers.give(piece);
      return copy;
    } catch (OutOfMemoryError none) {
      return piece; // as good as any
    }
  }

  private void pass(ByteBuf bytes) {
    dropPassed();
    passed = bytes.retain();
    unflushed = true;
    var _ = ctx.write(bytes, ctx.voidPromise());
  }

  private void dropPassed() {
    if (passed != null) {
      SpareBuffers.give(passed);
      passed = null;
    }
  }
}
