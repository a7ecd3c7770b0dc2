package fairlead.server;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Ends a listening socket so that nobody is reset: the kernel would reset the connections that wait
 * in its queue. So no new one begins at it, those that have begun are accepted, and then it is
 * closed (decision 24). Its loop only.
 */
public final class ListenerEnd {
  /** Longer than most callers are away: who was answered has answered by then. */
  private static final long HANDSHAKE_MILLIS = 100;

  private static final long STEP_MILLIS = 5;

  private final Channel listening;
  private final long endNanos;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private ListenerEnd(Channel listening, long endNanos) {
    this.listening = listening;
    this.endNanos = endNanos;
  }

  /** Closes {@code listening}, after {@code atMost} anyhow. Any thread. Done when it is closed. */
  public static CompletionStage<Void> of(Channel listening, Duration atMost) {
    var loop = listening.eventLoop();
    var end = new ListenerEnd(listening, loop.ticker().nanoTime() + atMost.toNanos());
    var _ = listening.closeFuture().addListener(_ -> end.closed.complete(null));
    if (SharedPort.refuseNew(listening)) {
      long first = Math.min(HANDSHAKE_MILLIS, atMost.toMillis());
      var _ = loop.schedule(end::closeIfEmpty, first, TimeUnit.MILLISECONDS);
    } else {
      var _ = listening.close();
    }
    return end.closed;
  }

  private void closeIfEmpty() {
    var loop = listening.eventLoop();
    boolean late = endNanos - loop.ticker().nanoTime() <= 0;
    if (late || SharedPort.waiting(listening) == 0) {
      var _ = listening.close();
    } else {
      var _ = loop.schedule(this::closeIfEmpty, STEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }
}
