package fairlead.client;

import fairlead.exchange.ErrorCode;
import fairlead.exchange.Turn;
import fairlead.http1.ClientCodec;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop to one endpoint ({@code spec/client.md} §10): the one used last
 * is used first; at the limit requests wait in line. Event loop only.
 */
public final class Pool implements Streams, ClientCodec.Owner {
  private static final long SWEEP_SECONDS = 1;

  private final EventLoop loop;
  private final InetSocketAddress address;
  private final Connector connector;
  private final ClientConfig config;
  private final PoolStats stats;
  private final ArrayDeque<ClientCodec> idle = new ArrayDeque<>();
  private final Waiters waiters;

  /** Closed by us, while {@link #gone} is not told yet: still counted in {@code open}. */
  private final Set<ClientCodec> retired = new HashSet<>();

  /** Up, but not known yet to lead to the right service: counted in {@code connecting}. */
  private final Map<ClientCodec, Unproven> unproven = new HashMap<>(0);

  private int open;
  private int connecting;
  private boolean closed;
  private @Nullable ScheduledFuture<?> sweep;

  /** A connection on which nothing but the proof is asked for yet. */
  private record Unproven(Proof proof, long startNanos) {}

  /**
   * An empty pool.
   *
   * @param config with the limits of this loop's share
   */
  public Pool(
      EventLoop loop,
      InetSocketAddress address,
      Connector connector,
      ClientConfig config,
      PoolStats stats) {
    this.loop = loop;
    this.address = address;
    this.connector = connector;
    this.config = config;
    this.stats = stats;
    this.waiters = new Waiters(stats.waiters);
  }

  @Override
  public void acquire(Waiter waiter) {
    assert loop.inEventLoop();
    boolean room = mayConnect();
    var free = waiter.wantsNew() && room ? null : idle.pollLast();
    if (free != null) {
      stats.cached.decrement();
      give(waiter, free);
    } else if (room) {
      waiters.add(waiter);
      connectForWaiters();
    } else if (waiters.size() - connecting >= config.maxWaiters()) {
      stats.crowded();
      waiter.crowded(config.maxWaiters());
    } else {
      stats.waiting();
      waiters.add(waiter);
    }
  }

  @Override
  public void prepare() {
    assert loop.inEventLoop();
    if (open + connecting == 0 && !closed) {
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
    closeIdle();
    if (sweep != null) {
      sweep.cancel(false);
    }
  }

  @Override
  public boolean closeFree() {
    assert loop.inEventLoop();
    boolean any = !idle.isEmpty();
    new ArrayList<>(idle).forEach(this::retire);
    return any;
  }

  @Override
  public void free(ClientCodec connection) {
    if (!unproven.isEmpty() && isUnproven(connection)) {
      return;
    }
    if (isTooOld(connection)) {
      retire(connection);
      return;
    }
    var waiter = waiters.poll();
    if (waiter != null) {
      give(waiter, connection);
      return;
    }
    if (closed || isSurplus()) {
      retire(connection);
      return;
    }
    idle.addLast(connection);
    stats.cached.increment();
    connection.idleSince(now());
    scheduleSweep();
  }

  @Override
  public void gone(ClientCodec connection) {
    var in = unproven.remove(connection);
    if (in != null) {
      var problem = in.proof.problem();
      stats.unproven(problem);
      unmade(problem, in.startNanos);
      return;
    }
    open--;
    retired.remove(connection);
    stats.size.decrement();
    if (idle.remove(connection)) {
      stats.cached.decrement();
    }
    connectForWaiters();
  }

  private long now() {
    return Turn.of(loop).nanoTime();
  }

  private boolean mayConnect() {
    return closed || open + connecting < config.maxConnections();
  }

  /** One that nobody waits for any more may be on its way: it serves as well. */
  private void connectForWaiters() {
    while (waiters.size() > connecting && mayConnect()) {
      connect();
    }
  }

  private void give(Waiter waiter, ClientCodec connection) {
    stats.acquired(now() - waiter.sinceNanos());
    waiter.acquired(connection);
  }

  private void connect() {
    connecting++;
    long start = now();
    var connection = connector.http1(address, this);
    connector.connect(
        loop,
        address,
        connection,
        problem -> {
          if (problem != null) {
            unmade(problem, start);
          } else if (config.verify() == null) {
            made(start);
            free(connection);
          } else {
            askForProof(config.verify(), connection, start);
          }
        });
  }

  private void askForProof(VerifyConfig verify, ClientCodec connection, long start) {
    var proof = new Proof(verify, address, loop, () -> connection.reset(ErrorCode.CANCEL));
    unproven.put(connection, new Unproven(proof, start));
    proof.askOn(connection);
  }

  /** Whether it still is, behind its first answer; then it is on its way out. */
  private boolean isUnproven(ClientCodec connection) {
    var first = unproven.get(connection);
    if (first == null) {
      return false;
    }
    if (!first.proof.isGiven()) {
      return true;
    }
    unproven.remove(connection);
    stats.proven();
    made(first.startNanos);
    return false;
  }

  private void made(long start) {
    connecting--;
    open++;
    stats.size.increment();
    stats.connected(now() - start);
  }

  private void unmade(Throwable problem, long start) {
    connecting--;
    stats.unconnected(now() - start);
    failFirst(problem);
    connectForWaiters(); // who waits in line behind it would else wait for ever
  }

  private void failFirst(Throwable cause) {
    var waiter = waiters.poll();
    if (waiter != null) {
      stats.tell(waiter, cause, address);
    }
  }

  private boolean isTooOld(ClientCodec connection) {
    Duration lifeTime = config.lifeTime();
    if (lifeTime == null || now() - connection.openedNanos() < lifeTime.toNanos()) {
      return false;
    }
    stats.connections.lifetimeClose();
    return true;
  }

  /** No time to be idle at all: closed as soon as it is. */
  private boolean isSurplus() {
    Duration idleTime = config.poolIdleTime();
    return idleTime != null && idleTime.isZero() && isAboveMinimum();
  }

  private boolean isAboveMinimum() {
    return open - retired.size() > config.minConnections();
  }

  private void retire(ClientCodec connection) {
    retired.add(connection);
    connection.close();
  }

  private boolean isUnused(ClientCodec connection, @Nullable Duration idleTime) {
    return idleTime != null && now() - connection.idleNanos() >= idleTime.toNanos();
  }

  private void scheduleSweep() {
    boolean limited =
        config.poolIdleTime() != null || config.idleTime() != null || config.lifeTime() != null;
    if (sweep == null && limited) {
      sweep = loop.schedule(this::sweep, SWEEP_SECONDS, TimeUnit.SECONDS);
    }
  }

  private void sweep() {
    sweep = null;
    for (var connection : new ArrayList<>(idle)) {
      if (isUnused(connection, config.idleTime())) {
        stats.connections.idleClose();
        retire(connection);
      } else if (isTooOld(connection)
          || (isUnused(connection, config.poolIdleTime()) && isAboveMinimum())) {
        retire(connection);
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
