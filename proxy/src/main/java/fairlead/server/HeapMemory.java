package fairlead.server;

import fairlead.activity.Blocking;
import io.netty.util.concurrent.Ticker;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The heap's largest pool, where what lives long ends. What is used now says little, as most of it
 * may be garbage; what the last collection left says all, but may be old. So when the pool is
 * nearly full, or requests are refused for it, a collection is asked for; where that leaves much,
 * others are asked to let go of what they can do without.
 */
final class HeapMemory implements Memory {
  private static final Logger LOG = LoggerFactory.getLogger(HeapMemory.class);
  private static final long BETWEEN_COLLECTIONS = TimeUnit.SECONDS.toNanos(1);

  /** While requests are refused, so many times as long as a collection took pass before another. */
  private static final int PAUSES_APART = 10;

  /** Of the pool: nearly full, and as early as that is said at all. */
  private static final double FULL = 0.9;

  private static final double EARLIEST_FULL = 0.75;

  /** Of the pool: worth finding out what of it is garbage. */
  private static final double UNKNOWN = 0.05;

  private final MemoryPoolMXBean pool;
  private final long most;

  /** Bytes: there may be no room any more for what one collection brings. */
  private final double full;

  private final Blocking blocking;
  private final Runnable relief;

  /** Set by who looks, cleared on a thread of {@link #blocking}. */
  private volatile boolean collecting;

  /** By the system's ticker; written before {@link #collecting} is cleared. */
  private long nextNanos = Ticker.systemTicker().nanoTime();

  private HeapMemory(MemoryPoolMXBean pool, long young, Blocking blocking, Runnable relief) {
    this.pool = pool;
    this.most = pool.getUsage().getMax();
    this.full = Math.max(EARLIEST_FULL * most, Math.min(FULL * most, (double) most - young));
    this.blocking = blocking;
    this.relief = relief;
  }

  /**
   * The heap of this process; nothing where the collector tells too little.
   *
   * @param relief lets go of what is not needed, and returns when that is done
   */
  static Optional<HeapMemory> ofProcess(Blocking blocking, Runnable relief) {
    var pools =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getUsage().getMax() > 0)
            .toList();
    return pools.stream()
        .filter(MemoryPoolMXBean::isCollectionUsageThresholdSupported)
        .max(Comparator.comparingLong(pool -> pool.getUsage().getMax()))
        .map(pool -> new HeapMemory(pool, others(pool, pools), blocking, relief));
  }

  /** Bytes of all other pools, which one collection may move to the largest. */
  private static long others(MemoryPoolMXBean largest, List<MemoryPoolMXBean> all) {
    return all.stream().mapToLong(pool -> pool.getUsage().getMax()).sum()
        - largest.getUsage().getMax();
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
    boolean awaited = collecting;
    long left = left(); // first: a collection in between must not look like growth
    long used = pool.getUsage().getUsed();
    boolean unknown = used > full && used - left > UNKNOWN * most;
    if (awaited) {
      return scarce || left >= most ? left : Math.min(left, tolerable());
    }
    if (unknown || (scarce && now - nextNanos >= 0)) {
      askForCollection();
    }
    return left;
  }

  private void askForCollection() {
    collecting = true;
    try {
      blocking.run("collection", this::collect);
    } catch (OutOfMemoryError | RuntimeException noThread) { // at a later look there may be one
      collecting = false;
      LOG.debug("no collection could be asked for", noThread);
    }
  }

  /** What nobody is refused for: more than this may be let go of at this moment. */
  private long tolerable() {
    return (long) (scarce() * most) - 1;
  }

  private long left() {
    return pool.getCollectionUsage().getUsed();
  }

  private void collect() {
    long begun = Ticker.systemTicker().nanoTime();
    try {
      System.gc();
      if (left() > enough() * most) {
        relief.run();
        System.gc();
      }
    } finally {
      long over = Ticker.systemTicker().nanoTime();
      nextNanos = over + Math.max(BETWEEN_COLLECTIONS, PAUSES_APART * (over - begun));
      collecting = false;
    }
  }
}
