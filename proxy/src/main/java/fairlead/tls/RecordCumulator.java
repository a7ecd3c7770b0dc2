package fairlead.tls;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.ByteToMessageDecoder.Cumulator;

/**
 * Keeps the part of a TLS record that is there until the rest is. What sockets are read into is
 * large and shared by a loop: a few bytes are kept in a buffer of their own, else a caller that
 * sends byte by byte would hold 32 KiB for each (threat 44).
 *
 * @param large for reads that fill a good part of their buffer
 */
record RecordCumulator(Cumulator large) implements Cumulator {
  private static final int HEADER_BYTES = 5;
  private static final int LENGTH_AT = 3;

  /** A buffer may be this many times as large as what is kept in it. */
  private static final int SLACK = 4;

  static RecordCumulator of(Provider provider) {
    return new RecordCumulator(
        provider == Provider.JDK
            ? ByteToMessageDecoder.MERGE_CUMULATOR
            : ByteToMessageDecoder.COMPOSITE_CUMULATOR);
  }

  @Override
  public ByteBuf cumulate(ByteBufAllocator alloc, ByteBuf kept, ByteBuf more) {
    if (more.readableBytes() >= more.capacity() / SLACK) {
      return large.cumulate(alloc, kept, more);
    }
    if (kept.isReadable()) {
      return ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(alloc, kept, more);
    }
    kept.release();
    return endsWithinRecord(more) ? ownCopy(alloc, more) : more;
  }

  private static boolean endsWithinRecord(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (end - at >= HEADER_BYTES) {
      at += HEADER_BYTES + bytes.getUnsignedShort(at + LENGTH_AT);
    }
    return at != end;
  }

  private static ByteBuf ownCopy(ByteBufAllocator alloc, ByteBuf bytes) {
    var copy = alloc.ioBuffer(bytes.readableBytes()).writeBytes(bytes);
    bytes.release();
    return copy;
  }
}
