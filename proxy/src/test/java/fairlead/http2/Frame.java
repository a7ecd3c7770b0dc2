package fairlead.http2;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** One frame as it is on the wire (RFC 9113 §4.1), right or wrong. */
public final class Frame {
  public static final int DATA = Frames.DATA;
  public static final int HEADERS = Frames.HEADERS;
  public static final int PRIORITY = Frames.PRIORITY;
  public static final int RST_STREAM = Frames.RST_STREAM;
  public static final int SETTINGS = Frames.SETTINGS;
  public static final int PUSH_PROMISE = Frames.PUSH_PROMISE;
  public static final int PING = Frames.PING;
  public static final int GOAWAY = Frames.GOAWAY;
  public static final int WINDOW_UPDATE = Frames.WINDOW_UPDATE;
  public static final int CONTINUATION = Frames.CONTINUATION;

  public static final int END_STREAM = Frames.END_STREAM;
  public static final int ACK = Frames.ACK;
  public static final int END_HEADERS = Frames.END_HEADERS;
  public static final int PADDED = Frames.PADDED;
  public static final int PRIORITISED = Frames.PRIORITISED;

  public static final int HEADER_TABLE_SIZE = Frames.HEADER_TABLE_SIZE;
  public static final int ENABLE_PUSH = Frames.ENABLE_PUSH;
  public static final int MAX_CONCURRENT_STREAMS = Frames.MAX_CONCURRENT_STREAMS;
  public static final int INITIAL_WINDOW_SIZE = Frames.INITIAL_WINDOW_SIZE;
  public static final int MAX_FRAME_SIZE = Frames.MAX_FRAME_SIZE;
  public static final int MAX_HEADER_LIST_SIZE = Frames.MAX_HEADER_LIST_SIZE;
  public static final int ENABLE_CONNECT_PROTOCOL = Frames.ENABLE_CONNECT_PROTOCOL;

  private final int type;
  private final int flags;
  private final int stream;
  private final byte[] payload;

  /**
   * A frame.
   *
   * @param flags of the type, as bits
   * @param payload without the frame's header; not copied
   */
  public Frame(int type, int flags, int stream, byte... payload) {
    this.type = type;
    this.flags = flags;
    this.stream = stream;
    this.payload = payload;
  }

  public int type() {
    return type;
  }

  public int flags() {
    return flags;
  }

  public int stream() {
    return stream;
  }

  public byte[] payload() {
    return payload;
  }

  @Override
  public String toString() {
    return "frame of type %d, flags %x, stream %d: %s"
        .formatted(type, flags, stream, HexFormat.of().formatHex(payload));
  }

  /** A header block, whole. */
  public static Frame headers(int stream, HeaderBlock block, boolean end) {
    return new Frame(HEADERS, END_HEADERS | (end ? END_STREAM : 0), stream, block.bytes());
  }

  public static Frame data(int stream, byte[] bytes, boolean end) {
    return new Frame(DATA, end ? END_STREAM : 0, stream, bytes);
  }

  public static Frame reset(int stream, long code) {
    return new Frame(RST_STREAM, 0, stream, ints(code));
  }

  public static Frame windowUpdate(int stream, long increment) {
    return new Frame(WINDOW_UPDATE, 0, stream, ints(increment));
  }

  public static Frame ping(long payload) {
    return new Frame(PING, 0, 0, ByteBuffer.allocate(8).putLong(payload).array());
  }

  public static Frame goAway(int lastStream, long code) {
    return new Frame(GOAWAY, 0, 0, ints(lastStream, code));
  }

  /** Ids and values by turns. */
  public static Frame settings(long... pairs) {
    var payload = ByteBuffer.allocate(pairs.length * 3);
    for (int i = 0; i < pairs.length; i += 2) {
      payload.putShort((short) pairs[i]).putInt((int) pairs[i + 1]);
    }
    return new Frame(SETTINGS, 0, 0, payload.array());
  }

  private static byte[] ints(long... values) {
    var bytes = ByteBuffer.allocate(4 * values.length);
    for (long value : values) {
      bytes.putInt((int) value);
    }
    return bytes.array();
  }

  /** The four bytes at {@code at} of the payload. */
  public long intAt(int at) {
    return ByteBuffer.wrap(payload).getInt(at) & 0xffff_ffffL;
  }

  public boolean has(int flag) {
    return (flags & flag) != 0;
  }

  public byte[] bytes() {
    return ByteBuffer.allocate(Frames.HEADER_BYTES + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }
}
