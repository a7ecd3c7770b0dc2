package fairlead.http2;

import fairlead.exchange.ErrorCode;
import fairlead.wire.Inlet;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what comes into frames (RFC 9113 §4, §6) and refuses what has no frame's form. Data are
 * passed on as they come; other frames once they are whole, a header block with all of its
 * CONTINUATIONs. Event loop only; after an error it is of no more use.
 */
final class FrameReader {
  /**
   * A block is longer than what it says by so much at most: a byte a field, and huffman's worst.
   */
  private static final int LEAST_BLOCK_BYTES = 16 * 1024;

  /** More frames than this tell nothing that fewer could not (CVE-2024-30255). */
  private static final int MOST_CONTINUATIONS = 16;

  private static final int NONE = -1;

  private final Sink sink;
  private final ByteBufAllocator allocator;
  private final int mostFrameBytes;
  private final int mostBlockBytes;
  private boolean begun;

  // Of the DATA frame in progress.
  private int dataLeft = NONE;
  private int paddingLeft;
  private boolean dataEnds;

  // Of the header block in progress.
  private @Nullable ByteBuf block;
  private int blockStream;
  private boolean blockEnds;
  private int continuations;

  /** Is told of frames. A stream of 0 stands for the connection. */
  interface Sink {
    /** A DATA frame begins: so many bytes of it count for flow control, so many are data. */
    void dataBegins(int stream, int flowBytes, int dataBytes, boolean end) throws ConnectionError;

    /** A part of it. Takes the buffer over. */
    void data(ByteBuf part);

    void dataEnds(boolean end);

    /** A whole header block, which is the reader's. */
    void headers(int stream, ByteBuf block, boolean end) throws ConnectionError;

    void reset(int stream, ErrorCode code) throws ConnectionError;

    void setting(int id, long value) throws ConnectionError;

    void settingsEnd() throws ConnectionError;

    void settingsAck() throws ConnectionError;

    void ping(long payload) throws ConnectionError;

    void pingAck(long payload);

    void goAway(int lastStream, ErrorCode code);

    void windowUpdate(int stream, int increment) throws ConnectionError;

    void continuation() throws ConnectionError;

    /** A frame that says nothing to us: of priority, or of a type that we do not know. */
    void ignored() throws ConnectionError;
  }

  /**
   * @param mostHeaderBytes that a head may have, decoded
   */
  FrameReader(Sink sink, ByteBufAllocator allocator, int mostFrameBytes, int mostHeaderBytes) {
    this.sink = sink;
    this.allocator = allocator;
    this.mostFrameBytes = mostFrameBytes;
    this.mostBlockBytes = Math.max(LEAST_BLOCK_BYTES, mostHeaderBytes);
  }

  /** Whether a header block has begun and is not complete. */
  boolean isMidBlock() {
    return block != null;
  }

  /** Lets go of what it gathered. */
  void close() {
    if (block != null) {
      block.release();
      block = null;
    }
  }

  /** Reads a frame, or a part of its data; whether there was one. */
  boolean read(Inlet in) throws ConnectionError {
    if (dataLeft != NONE) {
      return readData(in);
    }
    var bytes = in.bytes();
    if (bytes.readableBytes() < Frames.HEADER_BYTES) {
      return false;
    }
    int at = bytes.readerIndex();
    int length = bytes.getUnsignedMedium(at);
    int type = bytes.getUnsignedByte(at + 3);
    int flags = bytes.getUnsignedByte(at + 4);
    int stream = bytes.getInt(at + 5) & Integer.MAX_VALUE;
    if (length > mostFrameBytes) {
      throw ConnectionError.size("a frame of " + length + " bytes");
    }
    if (!begun) {
      beginsWith(type, flags);
    }
    if (block != null && (type != Frames.CONTINUATION || stream != blockStream)) {
      throw ConnectionError.protocol("a frame amidst a header block");
    }
    if (type == Frames.DATA) {
      return beginData(bytes, length, flags, stream);
    }
    if (bytes.readableBytes() < Frames.HEADER_BYTES + length) {
      return false;
    }
    bytes.skipBytes(Frames.HEADER_BYTES);
    int end = bytes.readerIndex() + length;
    frame(type, flags, stream, bytes, length);
    bytes.readerIndex(end);
    return true;
  }

  /** The end of a preface (§3.4). */
  private void beginsWith(int type, int flags) throws ConnectionError {
    if (type != Frames.SETTINGS || (flags & Frames.ACK) != 0) {
      throw ConnectionError.protocol("the first frame is not SETTINGS");
    }
    begun = true;
  }

  private boolean beginData(ByteBuf bytes, int length, int flags, int stream)
      throws ConnectionError {
    onStream(stream, "DATA");
    int padding = 0;
    int data = length;
    if ((flags & Frames.PADDED) != 0) {
      if (length == 0) {
        throw ConnectionError.size("DATA without the length of its padding");
      }
      if (bytes.readableBytes() <= Frames.HEADER_BYTES) {
        return false;
      }
      padding = bytes.getUnsignedByte(bytes.readerIndex() + Frames.HEADER_BYTES);
      data = length - 1 - padding;
      bytes.skipBytes(1);
    }
    if (data < 0) {
      throw ConnectionError.protocol("padding longer than its frame");
    }
    bytes.skipBytes(Frames.HEADER_BYTES);
    dataLeft = data;
    paddingLeft = padding;
    dataEnds = (flags & Frames.END_STREAM) != 0;
    sink.dataBegins(stream, length, data, dataEnds);
    return true;
  }

  private boolean readData(Inlet in) {
    var bytes = in.bytes();
    int readable = bytes.readableBytes();
    if (dataLeft > 0) {
      if (readable == 0) {
        return false;
      }
      int part = Math.min(readable, dataLeft);
      dataLeft -= part;
      sink.data(part == readable ? in.take() : bytes.readRetainedSlice(part));
      return true;
    }
    int skipped = Math.min(readable, paddingLeft);
    bytes.skipBytes(skipped);
    paddingLeft -= skipped;
    if (paddingLeft > 0) {
      return false;
    }
    dataLeft = NONE;
    sink.dataEnds(dataEnds);
    return true;
  }

  private void frame(int type, int flags, int stream, ByteBuf bytes, int length)
      throws ConnectionError {
    switch (type) {
      case Frames.HEADERS -> headers(flags, stream, bytes, length);
      case Frames.CONTINUATION -> continuation(flags, stream, bytes, length);
      case Frames.RST_STREAM -> {
        onStream(stream, "RST_STREAM");
        sized(length == 4, "RST_STREAM");
        sink.reset(stream, ErrorCode.of(bytes.readUnsignedInt()));
      }
      case Frames.SETTINGS -> settings(flags, stream, bytes, length);
      case Frames.PING -> {
        onConnection(stream, "PING");
        sized(length == 8, "PING");
        if ((flags & Frames.ACK) != 0) {
          sink.pingAck(bytes.readLong());
        } else {
          sink.ping(bytes.readLong());
        }
      }
      case Frames.GOAWAY -> {
        onConnection(stream, "GOAWAY");
        sized(length >= 8, "GOAWAY");
        sink.goAway(bytes.readInt() & Integer.MAX_VALUE, ErrorCode.of(bytes.readUnsignedInt()));
      }
      case Frames.WINDOW_UPDATE -> {
        sized(length == 4, "WINDOW_UPDATE");
        sink.windowUpdate(stream, bytes.readInt() & Integer.MAX_VALUE);
      }
      case Frames.PRIORITY -> {
        onStream(stream, "PRIORITY");
        sized(length == 5, "PRIORITY");
        sink.ignored();
      }
      case Frames.PUSH_PROMISE -> throw ConnectionError.protocol("PUSH_PROMISE, which is off");
      default -> sink.ignored();
    }
  }

  private void headers(int flags, int stream, ByteBuf bytes, int length) throws ConnectionError {
    onStream(stream, "HEADERS");
    int padding = 0;
    int left = length;
    if ((flags & Frames.PADDED) != 0) {
      sized(left >= 1, "HEADERS");
      padding = bytes.readUnsignedByte();
      left--;
    }
    if ((flags & Frames.PRIORITISED) != 0) {
      sized(left >= 5, "HEADERS");
      bytes.skipBytes(5);
      left -= 5;
    }
    if (padding > left) {
      throw ConnectionError.protocol("padding longer than its frame");
    }
    var fragment = bytes.slice(bytes.readerIndex(), left - padding);
    boolean end = (flags & Frames.END_STREAM) != 0;
    if ((flags & Frames.END_HEADERS) != 0) {
      sink.headers(stream, fragment, end);
      return;
    }
    blockStream = stream;
    blockEnds = end;
    continuations = 0;
    block = allocator.buffer(2 * fragment.readableBytes() + 64);
    gather(block, fragment);
  }

  private void continuation(int flags, int stream, ByteBuf bytes, int length)
      throws ConnectionError {
    var whole = block;
    if (whole == null) {
      throw ConnectionError.protocol("CONTINUATION without HEADERS");
    }
    if (++continuations > MOST_CONTINUATIONS) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "a header block in too many frames");
    }
    sink.continuation();
    gather(whole, bytes.slice(bytes.readerIndex(), length));
    if ((flags & Frames.END_HEADERS) != 0) {
      block = null;
      try {
        sink.headers(stream, whole, blockEnds);
      } finally {
        whole.release();
      }
    }
  }

  private void gather(ByteBuf whole, ByteBuf fragment) throws ConnectionError {
    if (whole.readableBytes() + fragment.readableBytes() > mostBlockBytes) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "a header block that is too long");
    }
    whole.writeBytes(fragment);
  }

  private void settings(int flags, int stream, ByteBuf bytes, int length) throws ConnectionError {
    onConnection(stream, "SETTINGS");
    if ((flags & Frames.ACK) != 0) {
      sized(length == 0, "SETTINGS");
      sink.settingsAck();
      return;
    }
    sized(length % 6 == 0, "SETTINGS");
    for (int i = 0; i < length; i += 6) {
      sink.setting(bytes.readUnsignedShort(), bytes.readUnsignedInt());
    }
    sink.settingsEnd();
  }

  private static void onStream(int stream, String frame) throws ConnectionError {
    if (stream == 0) {
      throw ConnectionError.protocol(frame + " on stream 0");
    }
  }

  private static void onConnection(int stream, String frame) throws ConnectionError {
    if (stream != 0) {
      throw ConnectionError.protocol(frame + " on a stream");
    }
  }

  private static void sized(boolean right, String frame) throws ConnectionError {
    if (!right) {
      throw ConnectionError.size(frame + " of a wrong length");
    }
  }
}
