package fairlead.wire;

import fairlead.exchange.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocal;
import org.jspecify.annotations.Nullable;

/**
 * What sockets are read into: one large buffer for all reads of a loop turn, as long as each reader
 * is done with the bytes before the next read. Most messages are copied or parsed at once, so that
 * a turn needs one buffer, and a large body arrives in few reads. One a loop, used on that loop.
 */
public final class ReadBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int BYTES = 32 * 1024;
  private static final FastThreadLocal<ReadBuffers> LATEST = new FastThreadLocal<>();

  private final EventExecutor loop;
  private final Runnable release = this::release;
  private @Nullable ByteBuf shared;

  private ReadBuffers(EventExecutor loop) {
    this.loop = loop;
  }

  /**
   * Has {@code channel} read into those of its loop, which must be the one that is running. Before
   * its first read: a channel keeps what it began with.
   */
  public static void use(Channel channel) {
    channel
        .config()
        .setAllocator(
            PooledByteBufAllocator.DEFAULT) // thread-local for what is no larger than ours
        .setRecvByteBufAllocator(of(channel.eventLoop()));
  }

  @SuppressWarnings("ReferenceEquality") // a loop is itself alone
  private static ReadBuffers of(EventExecutor loop) {
    var latest = LATEST.get();
    if (latest == null || latest.loop != loop) {
      latest = new ReadBuffers(loop);
      LATEST.set(latest);
    }
    return latest;
  }

  @Override
  public MaxMessageHandle newHandle() {
    return new MaxMessageHandle() {
      @Override
      public ByteBuf allocate(ByteBufAllocator allocator) {
        return lend(allocator);
      }

      @Override
      public int guess() {
        return BYTES;
      }
    };
  }

  private ByteBuf lend(ByteBufAllocator allocator) {
    var lent = shared;
    if (lent == null) {
      Turn.of(loop).atEnd(release);
    } else if (lent.refCnt() > 1) {
      shared = null; // first: there may be no memory for another
      lent.release(); // somebody keeps what was read into it
      lent = null;
    }
    if (lent == null) {
      lent = another(allocator);
      shared = lent;
    }
    return lent.clear().retain();
  }

  /** Where there is no memory: so small a one that who has to keep what it brings copies it. */
  private static ByteBuf another(ByteBufAllocator allocator) {
    try {
      return allocator.ioBuffer(BYTES, BYTES);
    } catch (OutOfMemoryError spent) {
      var reserve = SpareBuffers.reserve();
      if (reserve == null) {
        throw spent;
      }
      return reserve;
    }
  }

  private void release() {
    if (shared != null) {
      SpareBuffers.give(shared);
      shared = null;
    }
  }
}
