package fairlead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;

/**
 * Small buffers whose bytes are with the system, to be filled again: asking the allocator for one
 * costs more than filling it. One heap a loop; other threads have none.
 */
public final class SpareBuffers {
  /** Room in each: a head and a small body. */
  private static final int BYTES = 4096;

  private static final int MOST = 64;

  private static final FastThreadLocal<ArrayDeque<ByteBuf>> SPARE =
      new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<ByteBuf> initialValue() {
          return new ArrayDeque<>(MOST);
        }

        @Override
        protected void onRemoval(ArrayDeque<ByteBuf> spare) {
          spare.forEach(ByteBuf::release);
        }
      };

  private SpareBuffers() {}

  /** An empty buffer with room for {@code bytes}, the taker's. */
  static ByteBuf take(ByteBufAllocator allocator, int bytes) {
    if (bytes > BYTES) {
      return allocator.ioBuffer(bytes);
    }
    var spare = SPARE.get().pollLast();
    return spare == null ? allocator.ioBuffer(BYTES) : spare;
  }

  /** Ends the giver's hold on {@code buffer}, which is kept when it was the last. */
  static void give(ByteBuf buffer) {
    if (buffer.refCnt() == 1 && buffer.capacity() == BYTES && endsTidily()) {
      var spare = SPARE.get();
      if (spare.size() < MOST) {
        spare.addLast(buffer.clear());
        return;
      }
    }
    buffer.release();
  }

  /** A loop's thread gives everything back when it ends; others may not. */
  private static boolean endsTidily() {
    return FastThreadLocalThread.currentThreadWillCleanupFastThreadLocals();
  }
}
