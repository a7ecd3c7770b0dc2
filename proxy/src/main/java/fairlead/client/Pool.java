package fairlead.client;

import fairlead.http1.ClientCodec;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one endpoint ({@code spec/client.md} §10): the one used last
 * is used first; at the limit requests wait in line. Event loop only.
 */
public final class Pool implements ClientCodec.Owner {
  private static final long SWEEP_SECONDS = 1;

  private final EventLoop loop;
  private final InetSocketAddress address;
  private final Connector connector;
  private final ClientConfig config;
  private final int maxConnections;
  private final PoolStats stats;
  private final ArrayDeque<ClientCodec> idle = new ArrayDeque<>();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
  private int open;
  private int connecting;
  private boolean closed;
  private @Nullable ScheduledFuture<?> sweep;

  /** Wants a connection; told exactly once. Event loop only. */
  public interface Waiter {
    /** The connection is the waiter's until it is told the end of an exchange. */
    void acquired(ClientCodec connection);

    /** No connection could be made. */
    void unconnected(Throwable cause);

    /** Already this many wait. */
    void crowded(int maxWaiters);

    /** When the waiting began, by the loop's ticker. */
    long sinceNanos();
  }

  /**
   * An empty pool.
   *
   * @param share this loop's part of the endpoint's connections, at least 1
   */
  public Pool(
      EventLoop loop,
      InetSocketAddress address,
      Connector connector,
      ClientConfig config,
      int share,
      PoolStats stats) {
    this.loop = loop;
    this.address = address;
    this.connector = connector;
    this.config = config;
    this.maxConnections = share;
    this.stats = stats;
  }

  /** Gives {@code waiter} a connection, at once when one is free. */
  public void acquire(Waiter waiter) {
    assert loop.inEventLoop();
    var free = idle.pollLast();
    if (free != null) {
      stats.cached.decrement();
      give(waiter, free);
    } else if (open + connecting < maxConnections || closed) {
      enqueue(waiter);
      connect();
    } else if (waiters.size() - connecting >= config.maxWaiters()) {
      stats.crowded();
      waiter.crowded(config.maxWaiters());
    } else {
      stats.waiting();
      enqueue(waiter);
    }
  }

  /** Takes back a connection that was acquired and not used. */
  public void giveBack(ClientCodec connection) {
    free(connection);
  }

  /** Closes what is free now and the rest once it is. */
  public void close() {
    assert loop.inEventLoop();
    closed = true;
    closeIdle();
    if (sweep != null) {
      sweep.cancel(false);
    }
  }

  @Override
  public void free(ClientCodec connection) {
    if (isTooOld(connection)) {
      connection.close();
      return;
    }
    var waiter = waiters.poll();
    if (waiter != null) {
      stats.waiters.decrement();
      give(waiter, connection);
      return;
    }
    if (closed) {
      connection.close();
      return;
    }
    idle.addLast(connection);
    stats.cached.increment();
    connection.idleSince(loop.ticker().nanoTime());
    scheduleSweep();
  }

  @Override
  public void gone(ClientCodec connection) {
    open--;
    stats.size.decrement();
    if (idle.remove(connection)) {
      stats.cached.decrement();
    }
    if (waiters.size() > connecting && open + connecting < maxConnections) {
      connect();
    }
  }

  private void give(Waiter waiter, ClientCodec connection) {
    stats.acquired(loop.ticker().nanoTime() - waiter.sinceNanos());
    waiter.acquired(connection);
  }

  private void enqueue(Waiter waiter) {
    waiters.addLast(waiter);
    stats.waiters.increment();
  }

  private void connect() {
    connecting++;
    long start = loop.ticker().nanoTime();
    connector.connect(
        loop,
        address,
        this,
        (connection, cause) -> {
          connecting--;
          long nanos = loop.ticker().nanoTime() - start;
          if (connection != null) {
            open++;
            stats.size.increment();
            stats.connected(nanos);
            free(connection);
          } else {
            stats.unconnected(nanos);
            failFirst(cause);
          }
        });
  }

  private void failFirst(@Nullable Throwable cause) {
    var waiter = waiters.poll();
    if (waiter != null) {
      stats.waiters.decrement();
      waiter.unconnected(cause == null ? new java.io.IOException("not connected") : cause);
    }
  }

  private boolean isTooOld(ClientCodec connection) {
    Duration lifeTime = config.lifeTime();
    if (lifeTime == null
        || loop.ticker().nanoTime() - connection.openedNanos() < lifeTime.toNanos()) {
      return false;
    }
    stats.connections.lifetimeClose();
    return true;
  }

  private void scheduleSweep() {
    if (sweep == null && (config.idleTime() != null || config.lifeTime() != null)) {
      sweep = loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void sweep() {
    sweep = null;
    long now = loop.ticker().nanoTime();
    for (var connection : new ArrayList<>(idle)) {
      Duration idleTime = config.idleTime();
      boolean unused = idleTime != null && now - connection.idleNanos() >= idleTime.toNanos();
      if (unused && open > config.minConnections()) {
        stats.connections.idleClose();
        connection.close();
      } else if (isTooOld(connection)) {
        connection.close();
      }
    }
    if (!idle.isEmpty()) {
      scheduleSweep();
    }
  }

  private void closeIdle() {
    for (var connection : new ArrayList<>(idle)) {
      connection.close();
    }
  }
}
