package fairlead.http1;

import fairlead.exchange.Turn;
import fairlead.http.ContentCoding;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import java.nio.ByteBuffer;
import java.util.zip.Checksum;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the body of one answer on its way to the {@link Outlet}, as gzip (RFC 1952) or zlib
 * (RFC 1950). What came in one turn of the loop leaves at its end, so that streams are not delayed.
 * {@link #finish} or {@link #drop} must be called. Event loop only.
 */
final class Compressor {
  private static final int OUT_BYTES = 8192;

  /** Deflate, no name, no time, of an unknown system. */
  private static final byte[] GZIP_HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private static final int ZLIB_HEADER = 0x789c;

  private final ContentCoding coding;
  private final Deflaters pool;
  private final ByteBufAllocator alloc;
  private final Outlet outlet;
  private final Turn turn;
  private final Runnable endTurn = this::endTurn;
  private final Checksum checksum;

  /** Null when it is over. */
  private @Nullable Deflater deflater;

  private @Nullable ByteBuf out;
  private boolean endTurnDue;
  private int length;

  /**
   * @param deflater of raw deflate; goes back to {@code pool}
   */
  Compressor(
      ContentCoding coding,
      Deflaters pool,
      Deflater deflater,
      ChannelHandlerContext ctx,
      Outlet outlet) {
    this.coding = coding;
    this.pool = pool;
    this.deflater = deflater;
    this.outlet = outlet;
    alloc = ctx.alloc();
    turn = Turn.of(ctx.executor());
    checksum = coding.checksum();
    switch (coding) {
      case GZIP -> room().writeBytes(GZIP_HEADER);
      case DEFLATE -> room().writeShort(ZLIB_HEADER);
    }
  }

  /** Takes the buffer over. */
  void data(ByteBuf data) {
    var current = deflater;
    if (current != null && data.isReadable()) {
      flushAtTheEndOfTheTurn();
      length += data.readableBytes();
      for (ByteBuffer part : data.nioBuffers()) {
        checksum.update(part.duplicate());
        current.setInput(part);
        deflate(current, Deflater.NO_FLUSH);
      }
    }
    data.release();
  }

  /** The body is whole: writes what is left of it. */
  void finish() {
    var last = deflater;
    if (last == null) {
      return;
    }
    last.finish();
    deflate(last, Deflater.NO_FLUSH);
    int sum = (int) checksum.getValue();
    switch (coding) {
      case GZIP -> room().writeIntLE(sum).writeIntLE(length);
      case DEFLATE -> room().writeInt(sum);
    }
    pass();
    drop();
  }

  /** Gives back what it holds, whether the body was whole or not. */
  void drop() {
    if (out != null) {
      out.release();
      out = null;
    }
    if (deflater != null) {
      pool.giveBack(deflater);
      deflater = null;
    }
  }

  /** Before the outlet's own flush, which is asked for behind it. */
  private void flushAtTheEndOfTheTurn() {
    if (!endTurnDue) {
      endTurnDue = true;
      turn.atEnd(endTurn);
      outlet.flushSoon();
    }
  }

  private void endTurn() {
    endTurnDue = false;
    if (deflater != null) {
      deflate(deflater, Deflater.SYNC_FLUSH);
      pass();
    }
  }

  /** Until there is room left: then all that was to come has come. */
  private void deflate(Deflater current, int flush) {
    boolean full = true;
    while (full) {
      ByteBuf room = room();
      int at = room.writerIndex();
      room.writerIndex(at + current.deflate(room.nioBuffer(at, room.writableBytes()), flush));
      full = !room.isWritable();
      if (full) {
        pass();
      }
    }
  }

  private ByteBuf room() {
    if (out == null) {
      out = alloc.buffer(OUT_BYTES);
    }
    return out;
  }

  private void pass() {
    var written = out;
    out = null;
    if (written != null) {
      outlet.data(written);
    }
  }
}
