package fairlead.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Small buffers whose bytes are with the system, to be filled again: asking the allocator for one
 * costs more than filling it. One heap a loop; other threads have none. The last of a heap are its
 * reserve, for those who give them back within the turn: where slow readers hold all the memory
 * that there is, all others are served with it (fault 26).
 */
public final class SpareBuffers {
  /** Room in each: a head and a small body. */
  static final int BYTES = 4096;

  private static final int MOST = 64;
  private static final int RESERVE = 16;

  private static final FastThreadLocal<ArrayDeque<ByteBuf>> SPARE =
      new FastThreadLocal<>() {
        @Override
        protected ArrayDeque<ByteBuf> initialValue() {
          var spare = new ArrayDeque<ByteBuf>(MOST);
          while (endsTidily() && spare.size() < RESERVE) {
            spare.addLast(PooledByteBufAllocator.DEFAULT.ioBuffer(BYTES));
          }
          return spare;
        }

        @Override
        protected void onRemoval(ArrayDeque<ByteBuf> spare) {
          spare.forEach(ByteBuf::release);
        }
      };

  private SpareBuffers() {}

  /**
   * An empty buffer with room for {@code bytes}, the taker's.
   *
   * @throws OutOfMemoryError when there is none but the reserve
   */
  static ByteBuf take(ByteBufAllocator allocator, int bytes) {
    if (bytes > BYTES) {
      return allocator.ioBuffer(bytes);
    }
    var spare = SPARE.get();
    return spare.size() > RESERVE ? spare.removeLast() : allocator.ioBuffer(BYTES);
  }

  /**
   * An empty buffer of {@link #BYTES} when there is no other, to be given back soon; null when
   * there is none of these either.
   */
  static @Nullable ByteBuf reserve() {
    return SPARE.get().pollLast();
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
