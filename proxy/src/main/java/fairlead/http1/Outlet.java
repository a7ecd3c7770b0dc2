package fairlead.http1;

import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.Outbox;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Frames the messages that a connection sends, one after another. Event loop only. */
final class Outlet {
  /** Start line and framing may be longer than received by so much. */
  private static final int FRAMING_BYTES = 64;

  private static final int CHUNK_LINE_BYTES = 18;

  private final Outbox out;
  private Framing framing = Framing.NONE;

  /** How often the outbox had been flushed when the last head was written. */
  private long headFlushes = -1;

  Outlet(Outbox out) {
    this.out = out;
  }

  /** Writes a head and notes how the body behind it is framed. */
  void head(Head head, Framing bodyFraming) {
    framing = bodyFraming;
    headFlushes = out.flushes();
    int bytes = head.arrayLength() + FRAMING_BYTES;
    if (bodyFraming instanceof Framing.Length(var body) && body <= Outbox.COPIED_BYTES) {
      bytes += (int) body;
    }
    HeadWriter.write(head, bodyFraming, out.room(bytes));
  }

  /** Takes the buffer over. */
  void data(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else if (framing instanceof Framing.Chunked) {
      ChunkWriter.begin(data.readableBytes(), out.roomBefore(data, CHUNK_LINE_BYTES));
      out.add(data);
      ChunkWriter.end(out.room(CHUNK_LINE_BYTES));
    } else {
      out.add(data);
    }
  }

  void end(@Nullable Fields trailers) {
    if (framing instanceof Framing.Chunked) {
      ChunkWriter.last(trailers, out.room(CHUNK_LINE_BYTES));
    }
  }

  /** Has what is still to be written, written and sent at the end of this turn. */
  void flushSoon() {
    out.flushSoon();
  }

  /** Whether a body that is broken off here cannot be told from a whole one. */
  boolean endsWithConnection() {
    return framing instanceof Framing.UntilClose || framing instanceof Framing.Tunnel;
  }

  /** Whether nothing of the last head has been handed to the socket yet. */
  boolean isHeadUnsent() {
    return headFlushes == out.flushes();
  }
}
