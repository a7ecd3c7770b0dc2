package fairlead.server;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;

/**
 * Memory outside of the heap, which bodies and bytes on their way are in. Of what is free within
 * the pool's chunks half counts as free: chunks are given back late, and must not look like a
 * shortage, but one loop cannot use what another's have, and the rest is in pieces.
 */
record BufferMemory(long most) implements Memory {
  static BufferMemory ofProcess() {
    return new BufferMemory(PlatformDependent.maxDirectMemory());
  }

  @Override
  public String name() {
    return "buffers";
  }

  @Override
  public double scarce() {
    return 0.85;
  }

  @Override
  public double enough() {
    return 0.7;
  }

  @Override
  public long used(boolean scarce, long now) {
    var pool = PooledByteBufAllocator.DEFAULT;
    long pinned = pool.pinnedDirectMemory();
    long freeInChunks = Math.max(0, pool.metric().usedDirectMemory() - pinned);
    return Math.max(pinned, PlatformDependent.usedDirectMemory() - freeInChunks / 2);
  }
}
