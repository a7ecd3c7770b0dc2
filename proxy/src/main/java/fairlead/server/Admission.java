package fairlead.server;

import fairlead.telemetry.LogLimit;
import io.netty.channel.Channel;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whom a listener lets in: so many connections at a time, and none while file descriptors or memory
 * are scarce. Who is turned away is answered 503, or told by an alert that there is no TLS. Any
 * event loop; without a limit nothing is shared.
 */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);
  private static final String CROWDED = "Too many connections\n";

  /** A crowd must not take the room that it is refused. */
  private static final int MOST_LINGERING = 256;

  private final @Nullable Integer most;
  private final OpenFiles files;
  private final MemoryGuard memory;
  private final GuardStats stats;
  private final String listener;
  private final boolean tls;
  private final AtomicInteger open = new AtomicInteger();

  /** Refused and not closed yet. */
  private final AtomicInteger lingering = new AtomicInteger();

  private final LogLimit logLimit = new LogLimit();

  /**
   * Lets everybody in at first.
   *
   * @param most connections at a time; null for any number
   * @param listener its address, for the log
   * @param tls whether callers begin with a handshake
   */
  Admission(
      @Nullable Integer most,
      OpenFiles files,
      MemoryGuard memory,
      GuardStats stats,
      String listener,
      boolean tls) {
    this.most = most;
    this.files = files;
    this.memory = memory;
    this.stats = stats;
    this.listener = listener;
    this.tls = tls;
  }

  /** Whether {@code channel} may stay; else it is answered and closed. On its event loop. */
  boolean admits(Channel channel) {
    if (files.isScarce(channel)) {
      refuse(channel, CROWDED, "half of all file descriptors are in use");
      return false;
    }
    if (memory.isScarce(Ticker.systemTicker().nanoTime())) {
      refuse(channel, "Memory is nearly spent here\n", "memory is nearly spent");
      return false;
    }
    if (most == null) {
      return true;
    }
    if (open.incrementAndGet() > most) {
      open.decrementAndGet();
      refuse(channel, CROWDED, most + " connections are open (maxConnections)");
      return false;
    }
    channel.closeFuture().addListener(_ -> open.decrementAndGet());
    return true;
  }

  private void refuse(Channel channel, String answer, String reason) {
    stats.refused();
    if (tls) {
      Refusal.noRoomForTls(channel);
    } else {
      boolean lingers = lingering.incrementAndGet() <= Math.min(MOST_LINGERING, files.most() / 8);
      channel.closeFuture().addListener(_ -> lingering.decrementAndGet());
      Refusal.noRoom(channel, answer, lingers);
    }
    if (logLimit.permits(Ticker.systemTicker().nanoTime())) {
      LOG.warn("{}: connections are refused: {}", listener, reason);
    }
  }
}
