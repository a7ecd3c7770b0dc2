package fairlead.wire;

import fairlead.exchange.Lateness;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells when a caller lets us wait for too long (threat 44). Time runs only while it is the
 * caller's turn. One timer a connection: set when a wait begins and none is set, and looking at
 * what waits when it is due, so that requests that wait for nothing cost nothing. Event loop only.
 */
public final class SlowCaller {
  private static final long NONE = Long.MIN_VALUE;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final Patience patience;
  private final EventExecutor loop;
  private final Outbox out;
  private final Consumer<Slowness> told;

  private final Lateness lateness = new Lateness();
  private @Nullable Future<?> timer;
  private long timerNanos;
  private long headNanos = NONE;
  private long bodyNanos = NONE;

  /** What is left of the time for the body; bytes that come add to it. */
  private long bodyCredit;

  private boolean hasBody;
  private long writeNanos = NONE;
  private long handedOver;
  private long readNanos = NONE;
  private boolean closed;

  public SlowCaller(Patience patience, EventExecutor loop, Outbox out, Consumer<Slowness> told) {
    this.patience = patience;
    this.loop = loop;
    this.out = out;
    this.told = told;
  }

  /** The connection is up. */
  public void opened() {
    if (patience.read() != null) {
      readNanos = now();
      arm(patience.read().toNanos());
    }
  }

  /** The connection is gone. */
  public void closed() {
    closed = true;
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** A part of a head is there, the rest is not. */
  public void headWaits() {
    if (headNanos == NONE) {
      headNanos = now();
      arm(patience.head().toNanos());
    }
  }

  /**
   * A request's head is whole.
   *
   * @param body whether one is to come; what comes without is not waited for
   */
  public void requestBegins(boolean body) {
    headNanos = NONE;
    bodyNanos = NONE;
    hasBody = body;
    if (body) {
      bodyCredit = patience.body().toNanos();
    }
  }

  /** More of the body is wanted, and nothing is there. */
  public void bodyWaits() {
    if (hasBody && bodyNanos == NONE) {
      bodyNanos = now();
      arm(bodyCredit);
    }
  }

  /** Nothing of the body is wanted for now. */
  public void bodyRests() {
    if (bodyNanos != NONE) {
      bodyCredit -= now() - bodyNanos;
      bodyNanos = NONE;
    }
  }

  /** Bytes came. */
  public void received(int bytes) {
    if (readNanos != NONE) {
      readNanos = now();
    }
    if (bodyNanos != NONE && bytes > 0) {
      bodyRests();
      long most = patience.body().toNanos();
      int rate = patience.bodyBytesPerSecond();
      bodyCredit = rate == 0 ? most : Math.min(most, bodyCredit + bytes * SECOND / rate);
    }
  }

  /** What was written was offered to the system. */
  public void flushed() {
    if (writeNanos == NONE && out.isWaiting()) {
      writeNanos = now();
      handedOver = out.handedOver();
      arm(patience.write().toNanos());
    }
  }

  private void check() {
    timer = null;
    long now = now();
    long more = lateness.grace(now - timerNanos);
    if (more > 0) {
      arm(more);
      return;
    }
    if (isOver(headNanos, patience.head(), now)) {
      headNanos = NONE;
      told.accept(Slowness.HEAD);
    }
    if (bodyNanos != NONE && now - bodyNanos >= bodyCredit) {
      bodyNanos = NONE;
      told.accept(Slowness.BODY);
    }
    if (patience.read() != null && isOver(readNanos, patience.read(), now)) {
      readNanos = now;
      told.accept(Slowness.READ);
    }
    checkWrite(now);
    armForAll(now);
  }

  private void checkWrite(long now) {
    if (writeNanos == NONE || closed) {
      return;
    }
    long handed = out.handedOver();
    if (!out.isWaiting()) {
      writeNanos = NONE;
    } else if (handed > handedOver) {
      writeNanos = now;
    } else if (isOver(writeNanos, patience.write(), now)) {
      writeNanos = NONE;
      told.accept(Slowness.WRITE);
    }
    handedOver = handed;
  }

  private void armForAll(long now) {
    armFor(headNanos, patience.head().toNanos(), now);
    armFor(bodyNanos, bodyCredit, now);
    armFor(writeNanos, patience.write().toNanos(), now);
    if (patience.read() != null) {
      armFor(readNanos, patience.read().toNanos(), now);
    }
  }

  private void armFor(long since, long limit, long now) {
    if (since != NONE) {
      arm(limit - (now - since));
    }
  }

  private void arm(long delay) {
    long due = now() + delay;
    if (closed || (timer != null && due - timerNanos >= 0)) {
      return; // The one that is set comes first, and looks at this wait too.
    }
    if (timer != null) {
      timer.cancel(false);
    }
    timerNanos = due;
    timer = loop.schedule(this::check, delay, TimeUnit.NANOSECONDS);
  }

  private static boolean isOver(long since, Duration limit, long now) {
    return since != NONE && now - since >= limit.toNanos();
  }

  private long now() {
    return loop.ticker().nanoTime();
  }
}
