package fairlead.balance.accrual;

import fairlead.activity.Watch;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * After a connection failed: nothing is sent to the endpoint until one can be made, which is tried
 * again and again in the background ({@code spec/client.md} §8). Any thread.
 */
public final class FailFast implements Watch {
  private static final int GROWING_DELAYS = 16;
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofSeconds(32);

  private final FailFastShared shared;
  private final Health health;
  private final Reach reach;
  private final RandomGenerator random;
  private Watch timer = Watch.NONE;
  private int tries;
  private long since;
  private boolean closed;

  /** Written under the lock, read by any thread. */
  private volatile boolean cutOff;

  /** Tries to connect. */
  @FunctionalInterface
  public interface Reach {
    /** Tells {@code done}, on any thread, whether a connection could be made. */
    void reach(Consumer<Boolean> done);
  }

  /**
   * An endpoint that can be reached.
   *
   * @param health told when it cannot, and when it can again
   * @param random used by one thread at a time
   */
  public FailFast(FailFastShared shared, Health health, Reach reach, RandomGenerator random) {
    this.shared = shared;
    this.health = health;
    this.reach = reach;
    this.random = random;
    shared.add(this);
  }

  /** Whether nothing is to be sent. */
  public boolean isCutOff() {
    return cutOff;
  }

  /** A connection could not be made. */
  public synchronized void unconnected() {
    if (cutOff || closed) {
      return;
    }
    cutOff = true;
    tries = 0;
    since = shared.control().nanos();
    shared.markedDead().increment();
    health.cutOff(true);
    schedule();
  }

  private void schedule() {
    timer = shared.control().after(delay(), () -> reach.reach(this::tried));
  }

  private Duration delay() {
    tries++;
    if (tries == 1) {
      return FIRST;
    }
    if (tries > GROWING_DELAYS) {
      return LONGEST;
    }
    long bound = Math.min(LONGEST.toNanos(), FIRST.toNanos() << (tries - 1));
    return Duration.ofNanos(random.nextLong(bound));
  }

  private synchronized void tried(boolean reached) {
    if (closed || !cutOff) {
      return;
    }
    if (reached) {
      cutOff = false;
      shared.markedAvailable().increment();
      health.cutOff(false);
    } else {
      schedule();
    }
  }

  synchronized int tries() {
    return cutOff ? tries : 0;
  }

  synchronized long unhealthyMillis() {
    return cutOff ? Duration.ofNanos(shared.control().nanos() - since).toMillis() : 0;
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.close();
    shared.remove(this);
  }
}
