package fairlead.routing;

import fairlead.exchange.Exchange;
import fairlead.exchange.Turn;
import fairlead.retry.Backoff;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Sending one request again although it may have been processed ({@code spec/http.md} §10, §17.7):
 * whether, and when. Event loop only; made when an attempt calls for it.
 */
final class Retries {
  private final Exchange exchange;
  private final LogicalService service;
  private final Loop loop;
  private final Runnable again;
  private long previousNanos = Backoff.NONE_YET;

  /** Until the next attempt, or while an answer is held back. */
  private @Nullable Future<?> timer;

  Retries(Exchange exchange, LogicalService service, Loop loop, Runnable again) {
    this.exchange = exchange;
    this.service = service;
    this.loop = loop;
    this.again = again;
  }

  /** Whether it may be sent again now; then that is paid for. */
  boolean mayRetry(boolean bodyKept) {
    if (exchange.callerRetries()) {
      return false;
    }
    var stats = service.retries();
    if (!bodyKept) {
      stats.requestTooLong().increment();
      return false;
    }
    if (!service.budget().withdraw(exchange.nanoTime())) {
      stats.budgetExhausted().increment();
      return false;
    }
    stats.total().increment();
    return true;
  }

  /** Sends it again after what the backend asks for, else after the back-off. */
  void schedule(long pushbackMillis) {
    long delay = pushbackMillis >= 0 ? TimeUnit.MILLISECONDS.toNanos(pushbackMillis) : backoff();
    if (delay > 0) {
      arm(delay, again);
    } else {
      // Not at once: what failed on the spot would call itself, and its connection is free later.
      Turn.of(loop.executor()).atEnd(again);
    }
  }

  /** How many bytes of the answer are to be held back; the time for that runs. */
  int hold() {
    int most = exchange.callerRetries() ? 0 : service.responseBytes();
    long nanos = service.config().classificationTimeout().toNanos();
    if (most == 0 || nanos == 0) {
      return 0;
    }
    arm(nanos, this::heldTooLong);
    return most;
  }

  void held(boolean tooLong) {
    stop();
    if (tooLong) {
      service.retries().responseTooLong().increment();
    }
  }

  /** Nothing is waited for any more. */
  void stop() {
    if (timer != null) {
      timer.cancel(false);
      timer = null;
    }
  }

  private void heldTooLong() {
    service.retries().classificationTimeout().increment();
    exchange.releaseAnswer();
  }

  private long backoff() {
    previousNanos = service.config().backoff().nextNanos(previousNanos, loop.random());
    return previousNanos;
  }

  private void arm(long nanos, Runnable task) {
    timer = loop.executor().schedule(task, nanos, TimeUnit.NANOSECONDS);
  }
}
