package fairlead.exchange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What was passed on of a small request body, kept so that it can be sent again: Linkerd buffers
 * such bodies whole, so it does not call them streamed ({@code spec/http.md} §8). It is copied:
 * what is kept for as long as a request takes must not hold on to all that was read with it. Event
 * loop only.
 */
final class KeptBody {
  private final List<ByteBuf> parts = new ArrayList<>(1);
  private int room;

  /** Nothing yet, and at most so many bytes. */
  KeptBody(int mostBytes) {
    room = mostBytes;
  }

  /**
   * Keeps a part, if there is room and memory for it. The caller's hold on the buffer stays its
   * own.
   *
   * @return false when there is not: what was kept is of no use any more
   */
  boolean add(ByteBuf part) {
    int bytes = part.readableBytes();
    room -= bytes;
    if (room < 0) {
      return false;
    }
    try {
      parts.add(part.alloc().ioBuffer(bytes).writeBytes(part, part.readerIndex(), bytes));
      return true;
    } catch (OutOfMemoryError spent) {
      return false; // the request goes on all the same
    }
  }

  void sendTo(MessageStream stream) {
    for (ByteBuf part : parts) {
      stream.data(part.retainedDuplicate());
    }
  }

  /** A copy of what is kept. */
  byte[] bytes() {
    int length = 0;
    for (ByteBuf part : parts) {
      length += part.readableBytes();
    }
    byte[] all = new byte[length];
    int at = 0;
    for (ByteBuf part : parts) {
      int readable = part.readableBytes();
      part.getBytes(part.readerIndex(), all, at, readable);
      at += readable;
    }
    return all;
  }

  /** Nothing is kept any more. */
  void release() {
    parts.forEach(ByteBuf::release);
    parts.clear();
  }
}
