package fairlead.wire;

import fairlead.exchange.Lateness;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Looks from time to time whether a backend has said nothing for too long while something is waited
 * for ({@code spec/client.md} §11). One a connection with one timer: whoever reads only notes when.
 * Event loop only.
 */
public final class ReadTimeout {
  private final Duration timeout;
  private final EventExecutor loop;
  private final Owner owner;
  private final Lateness lateness = new Lateness();
  private @Nullable Future<?> timer;
  private long dueNanos;

  /** Whose connection it is. */
  @FunctionalInterface
  public interface Owner {
    /**
     * Gives up what has waited for too long.
     *
     * @param now by the loop's ticker
     * @return in how many nanoseconds to ask again; 0 when nothing is waited for
     */
    long giveUpSilent(long now);
  }

  public ReadTimeout(Duration timeout, EventExecutor loop, Owner owner) {
    this.timeout = timeout;
    this.loop = loop;
    this.owner = owner;
  }

  /** Something is waited for from now on. */
  public void watch() {
    if (timer == null) {
      arm(timeout.toNanos());
    }
  }

  /** The connection is gone. */
  public void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void arm(long nanos) {
    dueNanos = loop.ticker().nanoTime() + nanos;
    timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    timer = null;
    long now = loop.ticker().nanoTime();
    long more = lateness.grace(now - dueNanos);
    long next = more > 0 ? more : owner.giveUpSilent(now);
    if (next > 0) {
      arm(next);
    }
  }
}
