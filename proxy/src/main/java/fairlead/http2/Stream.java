package fairlead.http2;

import fairlead.exchange.ErrorCode;
import fairlead.http.Fields;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One stream of a connection: both windows, what waits for them, and what has ended (RFC 9113 §5,
 * §6.9). What its owner does not take is held, and the peer's window stays shut: a slow reader
 * stops its own stream only. Event loop only.
 */
abstract class Stream {
  /** So much may wait for the peer's window before {@link #hasRoom} says no. */
  private static final int HIGH_BYTES = 32 * 1024;

  private static final int LOW_BYTES = 8 * 1024;

  /** Smaller parts are copied: they would hold a large read buffer each. */
  private static final int COPIED_BYTES = Frames.DEFAULT_FRAME;

  /**
   * A reset before that age may be one of an attack; later it frees no more than a request that is
   * waited for (CVE-2023-44487).
   */
  private static final long YOUNG_NANOS = TimeUnit.SECONDS.toNanos(1);

  final Http2Connection connection;
  private int id;
  private long openedNanos;

  // What goes out.
  private long sendWindow;
  private @Nullable ArrayDeque<ByteBuf> pending;
  private int pendingBytes;
  private boolean endPending;
  private @Nullable ByteBuf trailersPending;
  private boolean blocked;
  private boolean localEnded;
  private long sentBytes;

  /** When the peer took something last, while something waits; by the loop's ticker. */
  private long progressNanos;

  /** In the connection's line of those that have something to send. */
  boolean queued;

  // What comes in.
  private int receiveWindow;
  private int unacknowledged;
  private boolean reading;
  private @Nullable ArrayDeque<ByteBuf> held;
  private @Nullable Fields trailers;
  private boolean endHeld;
  private boolean remoteEnded;
  private long remoteEndNanos;
  private long expectedBytes = -1;

  /** Nobody wants what comes: the window is not opened again. */
  private boolean forsaken;

  private boolean closed;

  Stream(Http2Connection connection) {
    this.connection = connection;
  }

  /** Bytes of the body that went out. */
  public final long sentBytes() {
    return sentBytes;
  }

  /** When the peer's part was whole. */
  final long remoteEndNanos() {
    return remoteEndNanos;
  }

  /** It has a number, and the windows of its connection. */
  final void open(int number, long window, int ownWindow) {
    id = number;
    openedNanos = connection.turn().nanoTime();
    sendWindow = window;
    receiveWindow = ownWindow;
  }

  final int id() {
    return id;
  }

  /** Whether it was opened within the last second. */
  final boolean isYoung() {
    return connection.turn().nanoTime() - openedNanos < YOUNG_NANOS;
  }

  final boolean isClosed() {
    return closed;
  }

  final boolean hasLocalEnded() {
    return localEnded;
  }

  final boolean hasRemoteEnded() {
    return remoteEnded;
  }

  /** A part of the body came, and is wanted. Takes the buffer over. */
  abstract void take(ByteBuf part);

  /** The body that came is whole. */
  abstract void takeEnd(@Nullable Fields fields);

  /** The peer, or the connection, gave the stream up. */
  abstract void lost(ErrorCode code);

  /** The peer broke the rules on it. */
  abstract void spoilt(ErrorCode code, String why);

  /** Whether nothing but DATA is for its other side (RFC 9113 §8.5). */
  abstract boolean isTunnel();

  /** Whether what came is of use to somebody when nothing more can be sent. */
  abstract boolean isOfUseAlone();

  /** More may be sent. */
  abstract void nowWritable();

  /** All that was to be sent is written, its end too. */
  abstract void sentAll();

  /** Nothing is left of it. */
  abstract void over();

  // What goes out.

  final void send(ByteBuf data) {
    if (closed || localEnded || endPending || !data.isReadable()) {
      data.release();
    } else if (pendingBytes == 0) {
      sendNow(data);
    } else {
      enqueue(data);
    }
  }

  private void sendNow(ByteBuf data) {
    var rest = data;
    int most = connection.maySend(sendWindow);
    while (most > 0 && rest.readableBytes() > most) {
      write(rest.readRetainedSlice(most));
      most = connection.maySend(sendWindow);
    }
    if (most > 0) {
      write(rest);
    } else {
      enqueue(rest);
    }
  }

  private void write(ByteBuf data) {
    sendWindow -= data.readableBytes();
    sentBytes += data.readableBytes();
    connection.writeData(id, data);
  }

  private void enqueue(ByteBuf data) {
    if (pending == null) {
      pending = new ArrayDeque<>();
    }
    if (pendingBytes == 0) {
      progressNanos = connection.turn().nanoTime();
      connection.watchWaiting();
    }
    var kept = compact(data);
    pendingBytes += kept.readableBytes();
    pending.add(kept);
    if (sendWindow > 0) {
      connection.enqueue(this);
    }
  }

  private ByteBuf compact(ByteBuf data) {
    int bytes = data.readableBytes();
    if (bytes > COPIED_BYTES) {
      return data;
    }
    try {
      return connection.context().alloc().ioBuffer(bytes).writeBytes(data);
    } finally {
      data.release(); // also when there is no memory for it
    }
  }

  /** Sends the next part of what waits, a frame at most. */
  final void sendPending() {
    queued = false;
    var line = pending;
    var first = line == null ? null : line.peek();
    int most = connection.maySend(sendWindow);
    if (closed || line == null || first == null || most <= 0) {
      return;
    }
    int bytes = Math.min(most, first.readableBytes());
    pendingBytes -= bytes;
    progressNanos = connection.turn().nanoTime();
    if (bytes == first.readableBytes()) {
      line.remove();
      write(first);
    } else {
      write(first.readRetainedSlice(bytes));
    }
    if (pendingBytes > 0) {
      if (sendWindow > 0) {
        connection.enqueue(this);
      }
    } else if (endPending) {
      endNow();
    }
    if (blocked && pendingBytes <= LOW_BYTES && !closed) {
      blocked = false;
      nowWritable();
    }
  }

  /** Ends what goes out, behind what waits. */
  final void sendEnd(@Nullable Fields fields) {
    if (closed || localEnded || endPending) {
      return;
    }
    if (fields != null) {
      trailersPending = connection.encodeTrailers(fields);
    }
    if (pendingBytes > 0) {
      endPending = true;
    } else {
      endNow();
    }
  }

  private void endNow() {
    var last = trailersPending;
    trailersPending = null;
    endPending = false;
    if (last == null) {
      connection.frames().end(id);
    } else {
      connection.writeTrailers(id, last);
    }
    endedLocally();
  }

  /** A frame with END_STREAM went out. */
  final void endedLocally() {
    localEnded = true;
    connection.earn(1);
    sentAll();
    closeIfDone();
  }

  /** Whether more may be given to {@link #send}; if not, {@link #nowWritable} says when. */
  final boolean hasRoom() {
    blocked = pendingBytes >= HIGH_BYTES;
    return !blocked;
  }

  /** The window for what goes out grows, or shrinks; false when it is too large then. */
  final boolean widen(long bytes) {
    long before = sendWindow;
    sendWindow += bytes;
    if (sendWindow > Integer.MAX_VALUE) {
      return false;
    }
    if (before <= 0 && sendWindow > 0 && pendingBytes > 0) {
      connection.enqueue(this);
    }
    return true;
  }

  /** Whether something waits to be taken by the peer since {@code nanos} or longer. */
  final boolean isStalledSince(long nanos) {
    return pendingBytes > 0 && progressNanos - nanos <= 0;
  }

  final boolean isWaiting() {
    return pendingBytes > 0;
  }

  // What comes in.

  /** The length that the head announced, or -1. */
  final void expect(long bytes) {
    expectedBytes = bytes;
  }

  /** Bytes of a DATA frame are on their way; false when the peer was not allowed to send them. */
  final boolean admits(int bytes) {
    receiveWindow -= bytes;
    return receiveWindow >= 0;
  }

  /** Whether so many bytes of body are within what the head announced. */
  final boolean isExpected(int bytes, boolean last) {
    if (expectedBytes < 0) {
      return true;
    }
    expectedBytes -= bytes;
    return last ? expectedBytes == 0 : expectedBytes >= 0;
  }

  final boolean isWholeAsAnnounced() {
    return expectedBytes <= 0;
  }

  /** The window that the peer sees moved with our settings. */
  final void moveReceiveWindow(int bytes) {
    receiveWindow += bytes;
  }

  final void receive(ByteBuf part) {
    if (closed || forsaken) {
      part.release();
    } else if (reading && held == null) {
      deliver(part);
    } else {
      hold(part);
    }
  }

  private void deliver(ByteBuf part) {
    int bytes = part.readableBytes();
    take(part);
    acknowledge(bytes);
  }

  private void hold(ByteBuf part) {
    if (held == null) {
      held = new ArrayDeque<>();
    }
    connection.held(part.readableBytes());
    held.add(compact(part));
  }

  /** A frame with END_STREAM came, and told its owner so by itself. */
  final void endedRemotely() {
    remoteEnded = true;
    remoteEndNanos = connection.turn().nanoTime();
  }

  final void receiveEnd(@Nullable Fields fields) {
    endedRemotely();
    if (closed) {
      return;
    }
    if (reading && held == null) {
      takeEnd(fields);
    } else {
      endHeld = true;
      trailers = fields;
    }
    closeIfDone();
  }

  /** Whether the body that comes shall be taken; what was held is, at once. */
  final void read(boolean on) {
    reading = on;
    while (reading && !closed && held != null) {
      var part = held.poll();
      if (part == null) {
        held = null;
      } else {
        connection.held(-part.readableBytes());
        deliver(part);
      }
    }
    if (reading && endHeld && !closed) {
      endHeld = false;
      takeEnd(trailers);
      closeIfDone();
    }
  }

  /** Nobody wants what was held any more. */
  final void dropHeld() {
    endHeld = false;
    if (held != null) {
      for (var part : held) {
        connection.held(-part.readableBytes());
        part.release();
      }
      held = null;
    }
  }

  final boolean isReading() {
    return reading;
  }

  /** So many bytes were taken, or were none of the body. */
  final void acknowledge(int bytes) {
    if (closed || remoteEnded) {
      return;
    }
    unacknowledged += bytes;
    if (unacknowledged >= connection.creditBytes()) {
      connection.frames().windowUpdate(id, unacknowledged);
      receiveWindow += unacknowledged;
      unacknowledged = 0;
    }
  }

  // It ends.

  /**
   * Whether all that the peer had to say is here and waits to be taken, so that it does not matter
   * that the peer, or the connection, is gone. Nothing more goes out then.
   */
  final boolean outlives() {
    if (closed || !endHeld || !isOfUseAlone()) {
      return false;
    }
    dropUnsent();
    localEnded = true;
    return true;
  }

  /** Neither sends nor takes anything more; the peer is to be told later. */
  final void forsake() {
    forsaken = true;
    dropUnsent();
    dropHeld();
  }

  /** Gives the stream up and tells the peer why. */
  final void giveUp(ErrorCode code) {
    if (!closed) {
      if (!connection.isClosing()) {
        connection.writeReset(id, code);
      }
      close();
    }
  }

  /** The peer, or the connection, gave it up. */
  final void abandoned(ErrorCode code) {
    if (!closed && !outlives()) {
      drop();
      lost(code);
      over();
    }
  }

  /** The peer broke the rules on it. */
  final void broken(ErrorCode code, String why) {
    if (!closed) {
      drop();
      spoilt(code, why);
      over();
    }
  }

  final void closeIfDone() {
    if (localEnded && remoteEnded && !closed && !endHeld && held == null) {
      close();
    }
  }

  private void close() {
    drop();
    over();
  }

  private void drop() {
    closed = true;
    dropUnsent();
    dropHeld();
    connection.remove(this);
  }

  private void dropUnsent() {
    if (pending != null) {
      pending.forEach(ByteBuf::release);
      pending = null;
    }
    pendingBytes = 0;
    if (trailersPending != null) {
      trailersPending.release();
      trailersPending = null;
    }
  }
}
