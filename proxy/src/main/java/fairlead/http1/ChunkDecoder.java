package fairlead.http1;

import fairlead.http.FieldRules;
import fairlead.http.Fields;
import fairlead.wire.HeadLimits;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The chunked coding (RFC 9112 §7.1), strictly: no white space, no LF alone; extensions are
 * checked, bounded and dropped. A state machine over single bytes outside the data. Event loop
 * only.
 */
final class ChunkDecoder {
  /** Of all chunks of a body together. Nobody needs them. */
  private static final int MAX_EXTENSION_BYTES = 4096;

  private static final int MAX_SIZE_DIGITS = 15;

  private static final BodyPart SIZE = broken("a chunk size is not a plain hexadecimal number");
  private static final BodyPart SIZE_LENGTH = broken("a chunk size is too large");
  private static final BodyPart EXTENSION = broken("a chunk extension is malformed");
  private static final BodyPart EXTENSION_LENGTH = broken("the chunk extensions are too long");
  private static final BodyPart LINE_END = broken("a chunk line does not end with CRLF");
  private static final BodyPart DATA_END = broken("chunk data is not followed by CRLF");

  private enum State {
    SIZE,
    EXTENSION_NAME,
    EXTENSION_VALUE,
    EXTENSION_TOKEN,
    EXTENSION_QUOTED,
    EXTENSION_ESCAPE,
    EXTENSION_QUOTE_END,
    SIZE_LF,
    DATA,
    DATA_CR,
    DATA_LF,
    TRAILERS
  }

  private final TrailerParser trailers;
  private State state = State.SIZE;
  private long size;
  private int digits;
  private int extensionBytes;
  private int nameBytes;

  ChunkDecoder(HeadLimits limits) {
    trailers = new TrailerParser(limits);
  }

  void reset() {
    extensionBytes = 0;
    trailers.reset();
    beginSize();
  }

  BodyPart read(ByteBuf in) {
    while (in.isReadable()) {
      if (state == State.DATA) {
        return data(in);
      }
      if (state == State.TRAILERS) {
        return trailers(in);
      }
      BodyPart broken = step(in.readByte());
      if (broken != null) {
        return broken;
      }
    }
    return BodyReader.needMore();
  }

  private void beginSize() {
    state = State.SIZE;
    size = 0;
    digits = 0;
  }

  private BodyPart data(ByteBuf in) {
    int step = (int) Math.min(size, in.readableBytes());
    size -= step;
    if (size == 0) {
      state = State.DATA_CR;
    }
    return BodyReader.slice(in, step);
  }

  private BodyPart trailers(ByteBuf in) {
    return switch (trailers.parse(in)) {
      case ParseResult.NeedMore _ -> BodyReader.needMore();
      case ParseResult.Rejected(var rejection) -> new BodyPart.Broken(rejection);
      case ParseResult.Done _ -> {
        Fields fields = trailers.fields();
        yield fields == null ? BodyPart.End.WITHOUT_TRAILERS : new BodyPart.End(fields);
      }
    };
  }

  /** One byte of framing; null when it may stand there. */
  private @Nullable BodyPart step(byte b) {
    return switch (state) {
      case SIZE -> sizeByte(b);
      case EXTENSION_NAME,
          EXTENSION_VALUE,
          EXTENSION_TOKEN,
          EXTENSION_QUOTED,
          EXTENSION_ESCAPE,
          EXTENSION_QUOTE_END ->
          ++extensionBytes > MAX_EXTENSION_BYTES ? EXTENSION_LENGTH : extensionByte(b);
      case SIZE_LF -> b == '\n' ? beginData() : LINE_END;
      case DATA_CR -> expect(b, '\r', State.DATA_LF, DATA_END);
      case DATA_LF -> {
        if (b != '\n') {
          yield DATA_END;
        }
        beginSize();
        yield null;
      }
      case DATA, TRAILERS -> throw new IllegalStateException("chunk state: " + state);
    };
  }

  private @Nullable BodyPart sizeByte(byte b) {
    int digit = Character.digit(b, 16);
    if (digit >= 0) {
      size = size << 4 | digit;
      return ++digits > MAX_SIZE_DIGITS ? SIZE_LENGTH : null;
    }
    return digits == 0 ? SIZE : afterSize(b, b == '\n' ? LINE_END : SIZE);
  }

  /** {@code *( ";" token [ "=" ( token / quoted-string ) ] )}. */
  private @Nullable BodyPart extensionByte(byte b) {
    return switch (state) {
      case EXTENSION_NAME -> {
        if (FieldRules.isToken(b)) {
          nameBytes++;
          yield null;
        }
        if (nameBytes > 0 && b == '=') {
          state = State.EXTENSION_VALUE;
          nameBytes = 0;
          yield null;
        }
        yield nameBytes > 0 ? afterSize(b, EXTENSION) : EXTENSION;
      }
      case EXTENSION_VALUE -> {
        state = b == '"' ? State.EXTENSION_QUOTED : State.EXTENSION_TOKEN;
        yield b == '"' || FieldRules.isToken(b) ? null : EXTENSION;
      }
      case EXTENSION_TOKEN -> FieldRules.isToken(b) ? null : afterSize(b, EXTENSION);
      case EXTENSION_QUOTED -> {
        if (b == '"') {
          state = State.EXTENSION_QUOTE_END;
        } else if (b == '\\') {
          state = State.EXTENSION_ESCAPE;
        }
        yield FieldRules.isValue(b) ? null : EXTENSION;
      }
      case EXTENSION_ESCAPE -> {
        state = State.EXTENSION_QUOTED;
        yield FieldRules.isValue(b) ? null : EXTENSION;
      }
      default -> afterSize(b, EXTENSION);
    };
  }

  /** What may follow a size or a complete extension: the next extension or the end of the line. */
  private @Nullable BodyPart afterSize(byte b, BodyPart otherwise) {
    if (b == ';') {
      state = State.EXTENSION_NAME;
      nameBytes = 0;
      return null;
    }
    return expect(b, '\r', State.SIZE_LF, otherwise);
  }

  private @Nullable BodyPart expect(byte b, char expected, State next, BodyPart otherwise) {
    state = next;
    return b == expected ? null : otherwise;
  }

  private @Nullable BodyPart beginData() {
    state = size == 0 ? State.TRAILERS : State.DATA;
    return null;
  }

  private static BodyPart broken(String reason) {
    return new BodyPart.Broken(Rejection.bad(reason));
  }
}
