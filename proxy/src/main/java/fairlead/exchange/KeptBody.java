package fairlead.exchange;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * What was passed on of a small request body, kept so that it can be sent again: Linkerd buffers
 * such bodies whole, so it does not call them streamed ({@code spec/http.md} §8). Event loop only.
 */
final class KeptBody {
  private final List<ByteBuf> parts = new ArrayList<>(1);
  private int room;

  /** Nothing yet, and at most so many bytes. */
  KeptBody(int mostBytes) {
    room = mostBytes;
  }

  /**
   * Keeps a part, if there is room for it. The caller's hold on the buffer stays its own.
   *
   * @return false when the body is too long: what was kept is of no use any more
   */
  boolean add(ByteBuf part) {
    room -= part.readableBytes();
    if (room < 0) {
      return false;
    }
    parts.add(part.retainedDuplicate());
    return true;
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
