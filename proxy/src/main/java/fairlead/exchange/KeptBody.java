package fairlead.exchange;

import fairlead.http.Head;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was passed on of a small request body, kept so that it can be sent again: Linkerd buffers
 * such bodies whole, so it does not call them streamed ({@code spec/http.md} §8). Event loop only.
 */
final class KeptBody {
  private final List<ByteBuf> parts = new ArrayList<>(1);

  /**
   * A place for the body of {@code request}, or null when it is longer than {@code most} bytes, or
   * nobody knows how long.
   */
  static @Nullable KeptBody of(Head request, int most) {
    boolean small = !request.isChunked() && request.contentLength() <= most;
    return small ? new KeptBody() : null;
  }

  /** The caller's hold on the buffer stays its own. */
  void add(ByteBuf part) {
    parts.add(part.retainedDuplicate());
  }

  void sendTo(BackendStream stream) {
    for (ByteBuf part : parts) {
      stream.data(part.retainedDuplicate());
    }
  }

  /** Nothing is kept any more. */
  void release() {
    parts.forEach(ByteBuf::release);
    parts.clear();
  }
}
