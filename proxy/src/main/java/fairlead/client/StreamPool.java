package fairlead.client;

import fairlead.exchange.Lateness;
import fairlead.exchange.Turn;
import fairlead.http2.ClientConnection;
import fairlead.http2.Http2Settings;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP/2 connections of one event loop to one endpoint ({@code spec/client.md} §15): one, as
 * long as the backend lets it take every stream; another when it does not, or when slow readers
 * have used up what its streams share. At the limit of connections requests wait in line. Event
 * loop only.
 */
public final class StreamPool implements Streams, ClientConnection.Owner {
  private static final long SWEEP_SECONDS = 1;

  /** Slow readers are not worth more connections than these. */
  private static final int MOST_FOR_SLOW = 8;

  private final EventLoop loop;
  private final InetSocketAddress address;
  private final Connector connector;
  private final ClientConfig config;
  private final Http2Settings settings;
  private final PoolStats stats;
  private final PingStats pings;
  private final List<ClientConnection> connections = new ArrayList<>(1);
  private final Waiters waiters;

  /** Those that take no more streams. */
  private final List<ClientConnection> leaving = new ArrayList<>();

  /** On its way, or not heard of yet. */
  private @Nullable ClientConnection making;

  /** On which nothing but this is asked for yet; null without verification. */
  private @Nullable Proof proof;

  private long makingNanos;
  private boolean closed;
  private @Nullable ScheduledFuture<?> sweep;

  /**
   * No connection yet.
   *
   * @param config with the limits of this loop's share
   */
  public StreamPool(
      EventLoop loop,
      InetSocketAddress address,
      Connector connector,
      ClientConfig config,
      Http2Settings settings,
      PoolStats stats,
      PingStats pings) {
    this.loop = loop;
    this.address = address;
    this.connector = connector;
    this.config = config;
    this.settings = settings;
    this.stats = stats;
    this.waiters = new Waiters(stats.waiters);
    this.pings = pings;
  }

  @Override
  public void acquire(Waiter waiter) {
    assert loop.inEventLoop();
    var free = waiters.isEmpty() ? roomiest() : null;
    if (free != null) {
      give(waiter, free);
    } else if (making == null && !mayConnect() && waiters.size() >= config.maxWaiters()) {
      stats.crowded();
      waiter.crowded(config.maxWaiters());
    } else {
      if (making == null && !mayConnect()) {
        stats.waiting();
      }
      waiters.add(waiter);
      connectForWaiters();
    }
  }

  @Override
  public void prepare() {
    assert loop.inEventLoop();
    if (making == null && connections.isEmpty() && !closed) {
      connect();
    }
  }

  @Override
  public void cancel(Waiter waiter) {
    assert loop.inEventLoop();
    waiters.remove(waiter);
  }

  @Override
  public void close() {
    assert loop.inEventLoop();
    closed = true;
    for (var each : new ArrayList<>(connections)) {
      retire(each);
    }
    if (sweep != null) {
      sweep.cancel(false);
    }
  }

  @Override
  public boolean closeFree() {
    assert loop.inEventLoop();
    var free = connections.stream().filter(each -> each.streams() == 0).toList();
    free.forEach(this::retire);
    return !free.isEmpty();
  }

  /** The connection with the most room, or null when none has any. */
  private @Nullable ClientConnection roomiest() {
    ClientConnection best = null;
    int most = 0;
    for (int i = connections.size() - 1; i >= 0; i--) {
      var each = connections.get(i);
      if (isTooOld(each)) {
        stats.connections.lifetimeClose();
        retire(each);
      } else if (room(each) > most) {
        most = room(each);
        best = each;
      }
    }
    return best;
  }

  /** Streams that {@code connection} may be given now. */
  private int room(ClientConnection connection) {
    boolean another = mayConnect() && connections.size() < MOST_FOR_SLOW;
    return another && connection.isSlow() ? 0 : connection.room();
  }

  private void give(Waiter waiter, ClientConnection connection) {
    stats.acquired(now() - waiter.sinceNanos());
    waiter.acquired(connection.newStream());
  }

  private boolean mayConnect() {
    return closed || connections.size() < config.maxConnections();
  }

  private void connectForWaiters() {
    if (making == null && !waiters.isEmpty() && mayConnect()) {
      connect();
    }
  }

  private void connect() {
    var connection = connector.http2(address, settings, this);
    making = connection;
    makingNanos = now();
    connector.connect(
        loop,
        address,
        connection,
        problem -> {
          if (problem == null) {
            checkSettledIn(config.connectTimeout().toNanos(), connection, new Lateness());
          } else {
            unmade(problem);
          }
        });
  }

  private void checkSettledIn(long nanos, ClientConnection connection, Lateness lateness) {
    long due = loop.ticker().nanoTime() + nanos;
    var _ =
        loop.schedule(() -> checkSettled(due, connection, lateness), nanos, TimeUnit.NANOSECONDS);
  }

  /** Who says nothing of HTTP/2 for so long is not going to. */
  @SuppressWarnings("ReferenceEquality") // a connection is itself alone
  private void checkSettled(long due, ClientConnection connection, Lateness lateness) {
    if (making != connection || proof != null) {
      return;
    }
    long more = lateness.grace(loop.ticker().nanoTime() - due);
    if (more > 0) {
      checkSettledIn(more, connection, lateness);
    } else {
      connection.close();
    }
  }

  /** It said how many streams it takes, and is as good as any other from now on. */
  private void made(ClientConnection connection) {
    making = null;
    proof = null;
    connections.add(connection);
    stats.size.increment();
    stats.connected(now() - makingNanos);
    scheduleSweep();
    if (closed) {
      roomier(connection);
      retire(connection);
    }
  }

  private void unmade(Throwable problem) {
    making = null;
    proof = null;
    pings.unmade();
    stats.unconnected(now() - makingNanos);
    failAll(problem);
    connectForWaiters();
  }

  /** One connection would have served them all. */
  private void failAll(Throwable problem) {
    for (var each : waiters.pollAll()) {
      stats.tell(each, problem, address);
    }
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a connection is itself alone
  public void roomier(ClientConnection connection) {
    if (making == connection) {
      if (config.verify() != null && !isProven(config.verify(), connection)) {
        return;
      }
      made(connection);
    }
    while (room(connection) > 0) {
      var waiter = waiters.poll();
      if (waiter == null) {
        return;
      }
      give(waiter, connection);
    }
    connectForWaiters();
  }

  /** Whether the endpoint has proved which service it is; asks for that at first. */
  private boolean isProven(VerifyConfig verify, ClientConnection connection) {
    if (proof == null) {
      var first = new Proof(verify, address, loop, connection::close);
      proof = first;
      first.askOn(connection.newStream());
      return false; // its end says whether there is room
    }
    if (proof.isGiven()) {
      stats.proven();
      return true;
    }
    return false;
  }

  @Override
  public void leaving(ClientConnection connection) {
    pings.dead();
    setAside(connection);
  }

  private void setAside(ClientConnection connection) {
    if (connections.remove(connection)) {
      leaving.add(connection);
    }
    connectForWaiters();
  }

  @Override
  @SuppressWarnings("ReferenceEquality") // a connection is itself alone
  public void gone(ClientConnection connection) {
    if (making == connection) {
      if (proof == null) {
        unmade(new IOException("it does not speak HTTP/2"));
      } else {
        var problem = proof.problem();
        stats.unproven(problem);
        unmade(problem);
      }
      return;
    }
    if (connections.remove(connection) || leaving.remove(connection)) {
      stats.size.decrement();
    }
    connectForWaiters();
  }

  @Override
  public void pinged(long nanos) {
    pings.answered(nanos);
  }

  @Override
  public void silent() {
    pings.silent();
  }

  private void retire(ClientConnection connection) {
    setAside(connection);
    connection.retire();
  }

  private boolean isTooOld(ClientConnection connection) {
    Duration lifeTime = config.lifeTime();
    return lifeTime != null && now() - connection.openedNanos() >= lifeTime.toNanos();
  }

  private void scheduleSweep() {
    boolean limited = config.idleTime() != null || config.lifeTime() != null;
    if (sweep == null && limited && !closed) {
      sweep = loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void sweep() {
    sweep = null;
    Duration idleTime = config.idleTime();
    for (var each : new ArrayList<>(connections)) {
      boolean unused =
          idleTime != null && each.streams() == 0 && now() - each.idleNanos() >= idleTime.toNanos();
      if (unused) {
        stats.connections.idleClose();
        retire(each);
      } else if (isTooOld(each)) {
        stats.connections.lifetimeClose();
        retire(each);
      }
    }
    if (!connections.isEmpty()) {
      scheduleSweep();
    }
  }

  private long now() {
    return Turn.of(loop).nanoTime();
  }
}
