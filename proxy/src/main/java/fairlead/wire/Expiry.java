package fairlead.wire;

import fairlead.exchange.Turn;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a caller's connection was without a request for too long, and when it is too old. One
 * timer for each, so that requests cost none. Event loop only.
 */
public final class Expiry {
  private static final long IN_USE = Long.MIN_VALUE;

  /** Why a connection shall end. */
  public enum Reason {
    /** No request for so long. */
    UNUSED,
    /** It is so old; told once. */
    OLD
  }

  private final @Nullable Duration idleTime;
  private final @Nullable Duration lifeTime;
  private final EventExecutor loop;
  private final Turn turn;
  private final Consumer<Reason> told;
  private long openedNanos;

  /** Since when there is no request. */
  private long idleNanos;

  /** Cancelled with the connection, which they would else keep in memory until they are due. */
  private @Nullable Future<?> idleTimer;

  private @Nullable Future<?> lifeTimer;

  /**
   * @param idleTime longest time without a request; null for any
   * @param lifeTime longest life; null for any
   */
  public Expiry(
      @Nullable Duration idleTime,
      @Nullable Duration lifeTime,
      EventExecutor loop,
      Consumer<Reason> told) {
    this.idleTime = idleTime;
    this.lifeTime = lifeTime;
    this.loop = loop;
    this.turn = Turn.of(loop);
    this.told = told;
  }

  /** The connection is up. */
  public void opened() {
    openedNanos = turn.nanoTime();
    idleNanos = openedNanos;
    if (idleTime != null) {
      idleTimer = schedule(this::checkIdle, idleTime.toNanos());
    }
    if (lifeTime != null) {
      lifeTimer = schedule(() -> told.accept(Reason.OLD), lifeTime.toNanos());
    }
  }

  /** A request's head is whole: half a head must not keep a connection for ever. */
  public void requestBegins() {
    idleNanos = IN_USE;
  }

  /** Its answer is, too. */
  public void answered() {
    idleNanos = turn.nanoTime();
  }

  public boolean isTooOld() {
    return lifeTime != null && turn.nanoTime() - openedNanos >= lifeTime.toNanos();
  }

  /** The connection is gone. */
  public void closed() {
    if (idleTimer != null) {
      idleTimer.cancel(false);
    }
    if (lifeTimer != null) {
      lifeTimer.cancel(false);
    }
  }

  private void checkIdle() {
    if (idleTime == null) {
      return;
    }
    long limit = idleTime.toNanos();
    long left = idleNanos == IN_USE ? limit : limit - (turn.nanoTime() - idleNanos);
    if (left > 0) {
      idleTimer = schedule(this::checkIdle, left);
    } else {
      told.accept(Reason.UNUSED);
    }
  }

  private Future<?> schedule(Runnable check, long nanos) {
    return loop.schedule(check, nanos, TimeUnit.NANOSECONDS);
  }
}
