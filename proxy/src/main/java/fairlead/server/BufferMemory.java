package fairlead.server;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;

/**
 * Memory outside of the heap, which bodies and bytes on their way are in. Of what is free within
 * the pool's chunks half counts as free: chunks are given back late, and must not look like a
 * shortage, but one loop cannot use what another's have, and the rest is in pieces. What a thread
 * keeps for its next buffer of the same size is free to no other.
 */
record BufferMemory(long most) implements Memory {
  static BufferMemory ofProcess() {
    var pool = PooledByteBufAllocator.DEFAULT.metric();
    long chunk = pool.numDirectArenas() == 0 ? 1 : pool.chunkSize(); // without arenas: no pool
    return new BufferMemory(usable(PlatformDependent.maxDirectMemory(), chunk));
  }

  /** Of {@code most}, which is not all the pool's: what there can be in whole chunks. In bytes. */
  static long usable(long most, long chunk) {
    long whole = (most - 1) / chunk * chunk;
    return whole == 0 ? most : whole;
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
    long used = PlatformDependent.usedDirectMemory();
    return used < enough() * most ? used : used - freeInChunks() / 2;
  }

  private static long freeInChunks() {
    long free = 0;
    for (var arena : PooledByteBufAllocator.DEFAULT.metric().directArenas()) {
      for (var chunks : arena.chunkLists()) {
        for (var chunk : chunks) {
          free += chunk.freeBytes();
        }
      }
    }
    return free;
  }
}
