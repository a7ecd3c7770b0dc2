package fairlead.http2;

import fairlead.exchange.ErrorCode;
import fairlead.wire.Outbox;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Writes frames (RFC 9113 §4.1, §6) behind what a connection has to send. Event loop only. */
final class FrameWriter {
  private static final int MEDIUM = 3;

  private final Outbox out;

  /** Where the flags of the DATA frame written last stand, as long as it was not flushed. */
  private @Nullable ByteBuf lastData;

  private int lastDataFlags;
  private int lastDataStream;
  private long lastDataFlushes;

  /** Where the header block in progress has its frame's header. */
  private int blockStart;

  FrameWriter(Outbox out) {
    this.out = out;
  }

  /** A part of a body. Takes the buffer over. */
  void data(int stream, ByteBuf data, boolean end) {
    int length = data.readableBytes();
    int behind = Math.min(length, Outbox.COPIED_BYTES);
    var header = out.roomBefore(data, Frames.HEADER_BYTES + behind);
    begin(header, length, Frames.DATA, end ? Frames.END_STREAM : 0, stream);
    lastData = header;
    lastDataFlags = header.writerIndex() - 5;
    lastDataStream = stream;
    lastDataFlushes = out.flushes();
    out.add(data);
  }

  /** Ends a stream without trailers: in the DATA frame before, if it is still here. */
  void end(int stream) {
    var last = lastData;
    if (last != null && lastDataStream == stream && lastDataFlushes == out.flushes()) {
      last.setByte(lastDataFlags, Frames.END_STREAM);
      lastData = null;
    } else {
      begin(0, 0, Frames.DATA, Frames.END_STREAM, stream);
    }
  }

  /**
   * Room for a header block of at most {@code bytes}, to be written and then {@link #endBlock
   * ended}.
   */
  ByteBuf beginBlock(int bytes) {
    var to = out.room(Frames.HEADER_BYTES + bytes);
    blockStart = to.writerIndex();
    return to.writerIndex(blockStart + Frames.HEADER_BYTES);
  }

  /**
   * The block that was begun is written.
   *
   * @param mostFrameBytes that the peer takes; a longer block goes into several frames
   */
  void endBlock(ByteBuf to, int stream, boolean end, int mostFrameBytes) {
    int start = blockStart;
    int length = to.writerIndex() - start - Frames.HEADER_BYTES;
    int flags = end ? Frames.END_STREAM : 0;
    if (length <= mostFrameBytes) {
      header(to, start, length, Frames.HEADERS, flags | Frames.END_HEADERS, stream);
    } else {
      header(to, start, mostFrameBytes, Frames.HEADERS, flags, stream);
      continueBlock(to, start + Frames.HEADER_BYTES + mostFrameBytes, stream, mostFrameBytes);
    }
  }

  /** What lies behind {@code from} goes into frames of its own. */
  private void continueBlock(ByteBuf to, int from, int stream, int mostFrameBytes) {
    byte[] rest = new byte[to.writerIndex() - from];
    to.getBytes(from, rest);
    to.writerIndex(from);
    for (int at = 0; at < rest.length; at += mostFrameBytes) {
      int part = Math.min(mostFrameBytes, rest.length - at);
      int flags = at + part == rest.length ? Frames.END_HEADERS : 0;
      begin(part, part, Frames.CONTINUATION, flags, stream).writeBytes(rest, at, part);
    }
  }

  void reset(int stream, ErrorCode code) {
    begin(4, 4, Frames.RST_STREAM, 0, stream).writeInt(code.number());
  }

  void windowUpdate(int stream, int increment) {
    begin(4, 4, Frames.WINDOW_UPDATE, 0, stream).writeInt(increment);
  }

  void ping(long payload, boolean ack) {
    begin(8, 8, Frames.PING, ack ? Frames.ACK : 0, 0).writeLong(payload);
  }

  void settingsAck() {
    begin(0, 0, Frames.SETTINGS, Frames.ACK, 0);
  }

  /** The header of a SETTINGS frame of {@code count}, which are written behind it. */
  ByteBuf settings(int count) {
    return begin(6 * count, 6 * count, Frames.SETTINGS, 0, 0);
  }

  void goAway(int lastStream, ErrorCode code, String reason) {
    byte[] text = reason.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    int length = 8 + text.length;
    begin(length, length, Frames.GOAWAY, 0, 0)
        .writeInt(lastStream)
        .writeInt(code.number())
        .writeBytes(text);
  }

  /** A frame's header; {@code room} is for what is written behind it at once. */
  private ByteBuf begin(int length, int room, int type, int flags, int stream) {
    int behind = Math.min(room, Outbox.COPIED_BYTES);
    var to = out.room(Frames.HEADER_BYTES + behind);
    begin(to, length, type, flags, stream);
    return to;
  }

  private static void begin(ByteBuf to, int length, int type, int flags, int stream) {
    int start = to.writerIndex();
    to.writerIndex(start + Frames.HEADER_BYTES);
    header(to, start, length, type, flags, stream);
  }

  private static void header(ByteBuf to, int start, int length, int type, int flags, int stream) {
    to.setMedium(start, length);
    to.setByte(start + MEDIUM, type);
    to.setByte(start + MEDIUM + 1, flags);
    to.setInt(start + MEDIUM + 2, stream);
  }
}
