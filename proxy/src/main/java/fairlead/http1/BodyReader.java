package fairlead.http1;

import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes the framing off a body, in any pieces (RFC 9112 §6, §7). Hands out slices, copies nothing.
 * Event loop only; one a connection side, used for one body after another.
 */
public final class BodyReader {
  private static final BodyPart CUT_SHORT =
      new BodyPart.Broken(Rejection.bad("the connection closed within a body"));

  private enum Mode {
    ENDED,
    LENGTH,
    CHUNKED,
    UNTIL_CLOSE
  }

  private final HeadLimits limits;

  /** Made with the first body in chunks: many connections never see one. */
  private @Nullable ChunkDecoder chunks;

  private Mode mode = Mode.ENDED;
  private long left;

  /** Trailers obey the limits of heads. */
  public BodyReader(HeadLimits limits) {
    this.limits = limits;
  }

  /** Begins a body. */
  public void begin(Framing framing) {
    switch (framing) {
      case Framing.None _, Framing.Announced _ -> expect(0);
      case Framing.Length(var bytes) -> expect(bytes);
      case Framing.Chunked _ -> {
        mode = Mode.CHUNKED;
        chunks().reset();
      }
      case Framing.UntilClose _, Framing.Tunnel _ -> mode = Mode.UNTIL_CLOSE;
    }
  }

  /**
   * Whether the body is complete, or none was begun; true as soon as the last byte of a known
   * length was handed out, so that no more input is needed to see the end.
   */
  public boolean isEnded() {
    return mode == Mode.ENDED || (mode == Mode.LENGTH && left == 0);
  }

  /**
   * The next part. Call until it is {@code NeedMore}, {@code End} or {@code Broken}; a body without
   * bytes ends at the first call. Does not release {@code in}.
   */
  public BodyPart read(ByteBuf in) {
    BodyPart part =
        switch (mode) {
          case ENDED -> BodyPart.End.WITHOUT_TRAILERS;
          case LENGTH -> readLength(in);
          case CHUNKED -> chunks().read(in);
          case UNTIL_CLOSE -> in.isReadable() ? slice(in, in.readableBytes()) : needMore();
        };
    if (part instanceof BodyPart.End) {
      mode = Mode.ENDED;
    }
    return part;
  }

  /**
   * Whether the next {@code bytes} are all of this body's data: then they count as read, and
   * whoever asked passes them on as they are.
   */
  boolean takes(int bytes) {
    if (mode == Mode.UNTIL_CLOSE) {
      return bytes > 0;
    }
    if (mode != Mode.LENGTH || bytes == 0 || bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** The peer sends no more: the end of a body, or a broken one. */
  public BodyPart closed() {
    if (mode == Mode.LENGTH || mode == Mode.CHUNKED) {
      return CUT_SHORT;
    }
    mode = Mode.ENDED;
    return BodyPart.End.WITHOUT_TRAILERS;
  }

  private ChunkDecoder chunks() {
    if (chunks == null) {
      chunks = new ChunkDecoder(limits);
    }
    return chunks;
  }

  private void expect(long bytes) {
    left = bytes;
    mode = bytes == 0 ? Mode.ENDED : Mode.LENGTH;
  }

  private BodyPart readLength(ByteBuf in) {
    if (left == 0) {
      return BodyPart.End.WITHOUT_TRAILERS;
    }
    if (!in.isReadable()) {
      return needMore();
    }
    int step = (int) Math.min(left, in.readableBytes());
    left -= step;
    return slice(in, step);
  }

  static BodyPart slice(ByteBuf in, int bytes) {
    return new BodyPart.Data(in.readRetainedSlice(bytes));
  }

  static BodyPart needMore() {
    return BodyPart.NeedMore.INSTANCE;
  }
}
