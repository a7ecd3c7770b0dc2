package fairlead.http2;

import fairlead.exchange.Lateness;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks a peer that is silent while streams are open whether it is there: its host may be gone, or
 * the way to it, and nobody else would tell. Costs a timer while there are streams. Event loop
 * only.
 */
final class KeepAlive {
  /**
   * When a peer is asked, in nanoseconds.
   *
   * @param silence after nothing of use came for so long
   * @param patience and given up when nothing at all comes for so long
   * @param again once in a silence, and then every so often
   */
  record Pace(long silence, long patience, long again) {
    /**
     * Linkerd's ({@code spec/http.md} §17.2), but not more often than servers of gRPC bear (gRFC
     * A8).
     */
    static final Pace OF_BACKENDS = ofSeconds(5, 4, 330);

    /** A caller may wait for its answer for long: it is in no hurry to hear of us. */
    static final Pace OF_CALLERS = ofSeconds(60, 20, 60);

    private static Pace ofSeconds(long silence, long patience, long again) {
      return new Pace(
          TimeUnit.SECONDS.toNanos(silence),
          TimeUnit.SECONDS.toNanos(patience),
          TimeUnit.SECONDS.toNanos(again));
    }
  }

  private final Http2Connection connection;
  private final Pace pace;
  private final LongConsumer answered;
  private final Runnable silent;

  private final Lateness lateness = new Lateness();
  private @Nullable Future<?> timer;
  private long dueNanos;

  /** When bytes came last, and when some of them were of use. */
  private long heardNanos;

  private long usefulNanos;
  private long pingNanos;
  private boolean pinged;
  private boolean waiting;

  /**
   * Nothing is watched yet.
   *
   * @param answered the peer is there, and took so many nanoseconds to say so
   * @param silent it is not
   */
  KeepAlive(Http2Connection connection, Pace pace, LongConsumer answered, Runnable silent) {
    this.connection = connection;
    this.pace = pace;
    this.answered = answered;
    this.silent = silent;
  }

  /** A stream is open. */
  void watch() {
    if (timer == null) {
      heardUseful();
      schedule(pace.silence);
    }
  }

  /** Bytes came. */
  void heard() {
    heardNanos = connection.turn().nanoTime();
  }

  /** Something came that a stream waits for. */
  void heardUseful() {
    heardNanos = connection.turn().nanoTime();
    usefulNanos = heardNanos;
  }

  /** Our question was answered. */
  void pingAck() {
    if (waiting) {
      waiting = false;
      answered.accept(connection.turn().nanoTime() - pingNanos);
    }
  }

  private void schedule(long nanos) {
    var loop = connection.context().executor();
    dueNanos = loop.ticker().nanoTime() + nanos;
    timer = loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    timer = null;
    long now = connection.turn().nanoTime();
    if (!connection.isOpen() || connection.streamCount() == 0) {
      waiting = false;
      return;
    }
    long more = lateness.grace(now - dueNanos);
    if (more > 0) {
      schedule(more);
      return;
    }
    if (isUnheard() && now - pingNanos >= pace.patience) {
      silent.run();
      connection.close();
      return;
    }
    long silence = now - usefulNanos;
    if (!isUnheard() && silence >= pace.silence && mayPing(now)) {
      waiting = true;
      pinged = true;
      pingNanos = now;
      connection.frames().ping(now, false);
    }
    schedule(isUnheard() ? pace.patience : Math.max(pace.silence - silence, pace.silence / 5));
  }

  /** Nothing came behind our question; whatever does shows that the peer was there then. */
  private boolean isUnheard() {
    return waiting && heardNanos - pingNanos <= 0;
  }

  private boolean mayPing(long now) {
    return !pinged || usefulNanos - pingNanos > 0 || now - pingNanos >= pace.again;
  }

  /** The connection is gone. */
  void stop() {
    if (timer != null) {
      timer.cancel(false);
    }
  }
}
