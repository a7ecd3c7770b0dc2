package fairlead.client;

import fairlead.exchange.Lateness;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives one connect up when it takes too long, but not for a pause of our own: the system makes
 * connections also while this process stands still. Event loop only.
 */
final class ConnectTimeout {
  private final EventLoop loop;
  private final InetSocketAddress address;
  private final Duration timeout;
  private final ChannelFuture connecting;
  private final Lateness lateness = new Lateness();
  private Future<?> timer;
  private long dueNanos;
  private boolean over;

  private ConnectTimeout(
      EventLoop loop, InetSocketAddress address, Duration timeout, ChannelFuture connecting) {
    this.loop = loop;
    this.address = address;
    this.timeout = timeout;
    this.connecting = connecting;
    this.timer = arm(timeout.toNanos());
  }

  /** Watches {@code connecting}, from now on. */
  static ConnectTimeout of(
      EventLoop loop, InetSocketAddress address, Duration timeout, ChannelFuture connecting) {
    return new ConnectTimeout(loop, address, timeout, connecting);
  }

  /** There is a connection, or there is none: why not, null if there is. */
  @Nullable Throwable end() {
    timer.cancel(false);
    if (connecting.isSuccess()) {
      return null;
    }
    return over
        ? new ConnectTimeoutException(
            "connection timed out after " + timeout.toMillis() + " ms: " + address)
        : connecting.cause();
  }

  private Future<?> arm(long nanos) {
    dueNanos = loop.ticker().nanoTime() + nanos;
    return loop.schedule(this::check, nanos, TimeUnit.NANOSECONDS);
  }

  private void check() {
    if (connecting.isDone()) {
      return;
    }
    long more = lateness.grace(loop.ticker().nanoTime() - dueNanos);
    if (more > 0) {
      timer = arm(more);
      return;
    }
    over = true;
    var _ = connecting.channel().close();
  }
}
