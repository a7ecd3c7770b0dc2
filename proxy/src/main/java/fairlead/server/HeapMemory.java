package fairlead.server;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Comparator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The heap's largest pool, where what lives long ends. What is used now says little, as most of it
 * may be garbage; what the last collection left says all, but may be old. So when the pool is
 * nearly full, or requests are refused for it, a collection is asked for, not more often than each
 * five seconds.
 */
final class HeapMemory implements Memory {
  private static final long BETWEEN_COLLECTIONS = TimeUnit.SECONDS.toNanos(5);

  /** Of the pool: nearly full. */
  private static final double FULL = 0.9;

  /** Of the pool: worth finding out what of it is garbage. */
  private static final double UNKNOWN = 0.05;

  private final MemoryPoolMXBean pool;
  private final long most;
  private final Runnable collection;
  private boolean collected;
  private long collectedNanos;

  /**
   * The heap of this process.
   *
   * @param collection has the collector run, elsewhere
   */
  private HeapMemory(MemoryPoolMXBean pool, Runnable collection) {
    this.pool = pool;
    this.most = pool.getUsage().getMax();
    this.collection = collection;
  }

  /** Nothing where the collector tells too little. */
  static Optional<Memory> ofProcess(Runnable collection) {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .filter(pool -> pool.isCollectionUsageThresholdSupported() && pool.getUsage().getMax() > 0)
        .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
        .map(pool -> new HeapMemory(pool, collection));
  }

  @Override
  public String name() {
    return "heap";
  }

  /** High: most of the heap is what is known of services, which refusing requests does not free. */
  @Override
  public double scarce() {
    return 0.92;
  }

  @Override
  public double enough() {
    return 0.85;
  }

  @Override
  public long most() {
    return most;
  }

  @Override
  public long used(boolean scarce, long now) {
    long used = pool.getUsage().getUsed();
    long left = pool.getCollectionUsage().getUsed();
    boolean full = used > FULL * most && used - left > UNKNOWN * most;
    if ((full || scarce) && (!collected || now - collectedNanos >= BETWEEN_COLLECTIONS)) {
      collected = true;
      collectedNanos = now;
      collection.run();
    }
    return left;
  }
}
