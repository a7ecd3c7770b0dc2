package fairlead.http1;

import fairlead.http.Fields;
import fairlead.http.Head;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.util.LeakPresenceDetector;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The writing half of a connection: frames messages and flushes once a loop turn, so that what one
 * turn wrote leaves in one gathering write. Event loop only.
 */
final class Outlet {
  private static final int HEAD_BYTES = 512;
  private static final int CHUNK_LINE_BYTES = 18;
  private static final ByteBuf CRLF =
      LeakPresenceDetector.staticInitializer(
          () ->
              Unpooled.unreleasableBuffer(
                  Unpooled.directBuffer(2).writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII))));

  private final ChannelHandlerContext ctx;
  private final Runnable afterFlush;
  private final Runnable flush = this::flushNow;
  private Framing framing = new Framing.None();
  private boolean flushDue;
  private long sent;

  /**
   * @param afterFlush runs after each flush, in the same turn
   */
  Outlet(ChannelHandlerContext ctx, Runnable afterFlush) {
    this.ctx = ctx;
    this.afterFlush = afterFlush;
  }

  /** Writes a head and notes how the body behind it is framed. */
  void head(Head head, Framing bodyFraming) {
    framing = bodyFraming;
    var out = ctx.alloc().buffer(Math.max(HEAD_BYTES, head.arrayLength() + 64));
    HeadWriter.write(head, bodyFraming, out);
    write(out);
  }

  /** Takes the buffer over. */
  void data(ByteBuf data) {
    if (!data.isReadable()) {
      data.release();
    } else if (framing instanceof Framing.Chunked) {
      var line = ctx.alloc().buffer(CHUNK_LINE_BYTES);
      ChunkWriter.begin(data.readableBytes(), line);
      write(line);
      write(data);
      write(CRLF.duplicate());
    } else {
      write(data);
    }
  }

  void end(@Nullable Fields trailers) {
    if (framing instanceof Framing.Chunked) {
      var out = ctx.alloc().buffer(CHUNK_LINE_BYTES);
      ChunkWriter.last(trailers, out);
      write(out);
    }
  }

  /** Whether a body that is broken off here cannot be told from a whole one. */
  boolean endsWithConnection() {
    return framing instanceof Framing.UntilClose;
  }

  boolean writable() {
    return ctx.channel().isWritable();
  }

  /** Whether something written has not been handed to the socket yet. */
  boolean isFlushDue() {
    return flushDue;
  }

  /** Bytes written so far. */
  long sent() {
    return sent;
  }

  /** Has the flush run at the end of this turn, also when nothing was written. */
  void flushSoon() {
    if (!flushDue) {
      flushDue = true;
      ctx.executor().execute(flush);
    }
  }

  /**
   * Runs {@code task} once all that was written is with the system, or lost with the connection.
   */
  void whenSent(Runnable task) {
    ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> task.run());
  }

  private void flushNow() {
    flushDue = false;
    ctx.flush();
    afterFlush.run();
  }

  private void write(ByteBuf bytes) {
    sent += bytes.readableBytes();
    var _ = ctx.write(bytes, ctx.voidPromise());
    flushSoon();
  }
}
