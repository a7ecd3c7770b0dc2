package fairlead.wire;

import io.netty.buffer.ByteBuf;

/**
 * Finds the ends of WebSocket frames in one direction as they pass by (RFC 6455 §5.2). Only counts:
 * no payload is looked at or kept. Event loop only.
 */
final class WebSocketFrames {
  private static final int CLOSE = 8;
  private static final int CONTROL_BYTES = 125;

  private enum Stage {
    BOUNDARY,
    LENGTH,
    LONG_LENGTH,
    MASK,
    PAYLOAD,
    LOST
  }

  private final boolean masked;
  private Stage stage = Stage.BOUNDARY;
  private int opcode;

  /** Bytes of the header's part that are still to come. */
  private int headerLeft;

  /** Bytes of payload that are still to come. */
  private long left;

  private boolean closeSeen;

  /**
   * At the beginning of a frame.
   *
   * @param masked whether the frames must be masked: those of clients are, those of servers are not
   */
  WebSocketFrames(boolean masked) {
    this.masked = masked;
  }

  /** Whether a frame could be put in here. */
  boolean isAtBoundary() {
    return stage == Stage.BOUNDARY;
  }

  /** Whether what passes is no sequence of frames. It is never found again. */
  boolean isLost() {
    return stage == Stage.LOST;
  }

  /** Whether a whole Close frame went by; nothing may follow it. */
  boolean closeSeen() {
    return closeSeen;
  }

  /** Follows all of the buffer, which stays as it is. */
  void follow(ByteBuf data) {
    int at = data.readerIndex();
    while (at >= 0 && at < data.writerIndex()) {
      at = frameEnd(data, at);
    }
  }

  /**
   * Follows the buffer, which stays as it is, to the end of the frame.
   *
   * @param from an index into the buffer
   * @return the index behind the frame, or -1 when it does not end within
   */
  int frameEnd(ByteBuf data, int from) {
    int at = from;
    while (at < data.writerIndex() && stage != Stage.LOST) {
      if (stage == Stage.PAYLOAD) {
        int step = (int) Math.min(left, data.writerIndex() - at);
        left -= step;
        at += step;
        if (left == 0) {
          end();
        }
      } else {
        header(data.getByte(at));
        at++;
      }
      if (stage == Stage.BOUNDARY) {
        return at;
      }
    }
    return -1;
  }

  private void header(byte b) {
    switch (stage) {
      case BOUNDARY -> first(b);
      case LENGTH -> length(b);
      case LONG_LENGTH -> {
        left = (left << 8) | (b & 0xff);
        headerLeft--;
        if (left < 0) {
          stage = Stage.LOST;
        } else if (headerLeft == 0) {
          lengthKnown();
        }
      }
      case MASK -> {
        headerLeft--;
        if (headerLeft == 0) {
          headerDone();
        }
      }
      case PAYLOAD, LOST -> {}
    }
  }

  /** Opcodes 3 to 7 and 11 to 15 are reserved; only data can come in fragments. */
  private void first(byte b) {
    opcode = b & 0xf;
    boolean last = b < 0;
    boolean known = opcode <= 2 || (opcode >= CLOSE && opcode <= 10 && last);
    stage = known ? Stage.LENGTH : Stage.LOST;
  }

  private void length(byte b) {
    int length = b & 0x7f;
    boolean long16 = length == 126;
    boolean long64 = length == 127;
    if ((b < 0) != masked || (opcode >= CLOSE && length > CONTROL_BYTES)) {
      stage = Stage.LOST;
    } else if (long16 || long64) {
      left = 0;
      headerLeft = long16 ? 2 : 8;
      stage = Stage.LONG_LENGTH;
    } else {
      left = length;
      lengthKnown();
    }
  }

  private void lengthKnown() {
    if (masked) {
      headerLeft = 4;
      stage = Stage.MASK;
    } else {
      headerDone();
    }
  }

  private void headerDone() {
    if (left == 0) {
      end();
    } else {
      stage = Stage.PAYLOAD;
    }
  }

  private void end() {
    closeSeen |= opcode == CLOSE;
    stage = Stage.BOUNDARY;
  }
}
