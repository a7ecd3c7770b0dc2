package fairlead.server;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a listener lets in: so many connections at a time, and none while file descriptors are
 * scarce. Who is turned away is answered 503, or told by an alert that there is no TLS. Any event
 * loop; without a limit nothing is shared.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final @Nullable Integer most;
  private final OpenFiles files;
  private final GuardStats stats;
  private final String listener;
  private final boolean tls;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicLong toldNanos =
      new AtomicLong(Ticker.systemTicker().nanoTime() - QUIET_NANOS);

  /**
   * Lets everybody in at first.
   *
   * @param most connections at a time; null for any number
   * @param listener its address, for the log
   * @param tls whether callers begin with a handshake
   */
  Admission(
      @Nullable Integer most, OpenFiles files, GuardStats stats, String listener, boolean tls) {
    this.most = most;
    this.files = files;
    this.stats = stats;
    this.listener = listener;
    this.tls = tls;
  }

  /** Whether {@code channel} may stay; else it is answered and closed. On its event loop. */
  boolean admits(Channel channel) {
    if (files.isScarce(channel)) {
      refuse(channel, "half of all file descriptors are in use");
      return false;
    }
    if (most == null) {
      return true;
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refuse(channel, most + " connections are open (maxConnections)");
      return false;
    }
    channel.closeFuture().addListener(_ -> open.decrementAndGet());
    return true;
  }

  private void refuse(Channel channel, String reason) {
    stats.refused();
    if (tls) {
      Refusal.noRoomForTls(channel);
    } else {
      Refusal.noRoom(channel, "Too many connections\n");
    }
    long now = Ticker.systemTicker().nanoTime();
    long told = toldNanos.get();
    if (now - told >= QUIET_NANOS && toldNanos.compareAndSet(told, now)) {
      LOG.warn("{}: connections are refused: {}", listener, reason);
    }
  }
}
