package fairlead.client;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.BackendStream;
import fairlead.http1.ClientCodec;
import fairlead.telemetry.MetricsSnapshot.Value;
import fairlead.telemetry.MetricsTree;
import fairlead.wire.HeadLimits;
import io.netty.channel.ManualIoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code spec/client.md} §10, on real sockets and with a clock that stands still. */
class PoolTest {
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private final MockTicker ticker = Ticker.newMockTicker();
  private final ManualIoEventLoop loop =
      new ManualIoEventLoop(null, Thread.currentThread(), NioIoHandler.newFactory(), ticker);
  private final MetricsTree metrics = new MetricsTree();
  private final PoolStats stats = new PoolStats(metrics, false);
  private final ServerSocket server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
  private final List<Pool> pools = new ArrayList<>();

  PoolTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    pools.forEach(Pool::close);
    server.close();
    var _ = loop.shutdownGracefully(0, 0, TimeUnit.SECONDS);
    runUntil(
        "the loop has ended",
        () -> {
          ticker.advance(1, TimeUnit.MILLISECONDS);
          return loop.isTerminated();
        });
  }

  private final class Asker implements Waiter {
    private @Nullable ClientCodec got;
    private @Nullable Throwable cause;
    private int crowd = -1;
    private boolean wantsNew;

    @Override
    public void acquired(BackendStream stream) {
      got = (ClientCodec) stream;
    }

    @Override
    public void unconnected(Throwable problem) {
      cause = problem;
    }

    @Override
    public void starved(Throwable problem) {
      cause = problem;
    }

    @Override
    public void crowded(int maxWaiters) {
      crowd = maxWaiters;
    }

    @Override
    public long sinceNanos() {
      return ticker.nanoTime();
    }

    @Override
    public boolean wantsNew() {
      return wantsNew;
    }

    ClientCodec connection() {
      if (got == null) {
        throw new AssertionError("no connection yet");
      }
      return got;
    }
  }

  @Test
  void theConnectionUsedLastIsUsedFirst() {
    var pool = pool(limits(0, 10, 10));
    var first = acquire(pool);
    var second = acquire(pool);
    pool.free(first);
    pool.free(second);

    assertThat(acquire(pool)).isSameAs(second);
    assertThat(acquire(pool)).isSameAs(first);
    assertThat(gauge("pool_size")).isEqualTo(2);
    assertThat(gauge("pool_cached")).isZero();
  }

  @Test
  void whoFearsAStaleConnectionGetsANewOne() {
    var pool = pool(limits(0, 10, 10));
    var used = acquire(pool);
    pool.free(used);
    var wary = new Asker();
    wary.wantsNew = true;

    pool.acquire(wary);

    runUntil("connected", () -> wary.got != null);
    assertThat(wary.got).isNotSameAs(used);
  }

  @Test
  void atTheLimitRequestsWaitInLineAndThenNoMore() {
    var pool = pool(limits(0, 1, 2));
    var connection = acquire(pool);
    var second = ask(pool);
    var third = ask(pool);
    var fourth = ask(pool);

    assertThat(fourth.crowd).isEqualTo(2);
    assertThat(gauge("pool_waiters")).isEqualTo(2);
    assertThat(metrics.counter("pool_num_waited").sum()).isEqualTo(2);
    assertThat(metrics.counter("pool_num_too_many_waiters").sum()).isEqualTo(1);
    pool.free(connection);
    assertThat(second.got).isSameAs(connection);
    assertThat(third.got).isNull();
    pool.free(connection);
    assertThat(third.got).isSameAs(connection);
    assertThat(gauge("pool_waiters")).isZero();
    assertThat(gauge("pool_size")).isEqualTo(1);
  }

  @Test
  void aConnectionThatIsGoneMakesRoomForWhoWaits() {
    var pool = pool(limits(0, 1, 2));
    var connection = acquire(pool);
    var second = ask(pool);

    connection.close();

    runUntil("connected", () -> second.got != null);
    assertThat(second.got).isNotSameAs(connection);
    assertThat(gauge("pool_size")).isEqualTo(1);
  }

  @Test
  void whoWaitsBehindAConnectThatFailsIsTriedForToo() throws IOException {
    var pool = pool(limits(0, 1, 10));
    server.close(); // refuses from here on
    var first = ask(pool);
    var second = ask(pool);
    var third = ask(pool);

    runUntil(
        "all are told", () -> first.cause != null && second.cause != null && third.cause != null);

    assertThat(gauge("pool_waiters")).isZero();
    assertThat(gauge("pool_size")).isZero();
  }

  @Test
  void whatWasConnectedForOneWhoLeftServesTheNext() {
    var pool = pool(limits(0, 10, 10));
    var left = ask(pool);
    pool.cancel(left);
    assertThat(gauge("pool_waiters")).isZero();

    var next = ask(pool);

    runUntil("connected", () -> next.got != null);
    assertThat(left.got).isNull();
    assertThat(metrics.counter("connects").sum()).isEqualTo(1);
  }

  @Test
  void aConnectionAboveTheMinimumIsClosedWhenIdleTooLong() {
    var pool = pool(timed(1, Duration.ofSeconds(10), null, null));
    var first = acquire(pool);
    var second = acquire(pool);
    pool.free(first);
    pool.free(second);

    pass(Duration.ofSeconds(9));
    assertThat(gauge("pool_size")).isEqualTo(2);
    pass(Duration.ofSeconds(60));

    assertThat(gauge("pool_size")).isEqualTo(1);
    assertThat(gauge("pool_cached")).isEqualTo(1);
    assertThat(metrics.counter("idle").sum()).isZero(); // counts what clientSession closes
  }

  @Test
  void withNoTimeToBeIdleOnlyTheMinimumIsKept() {
    var pool = pool(timed(1, Duration.ZERO, null, null));
    var first = acquire(pool);
    var second = acquire(pool);
    pool.free(first);
    pool.free(second);
    runUntil("one is closed", () -> gauge("pool_size") == 1);

    assertThat(gauge("pool_cached")).isEqualTo(1);
  }

  @Test
  void aSessionIdleTooLongIsClosedWhateverTheMinimum() {
    var pool = pool(timed(5, null, Duration.ofSeconds(10), null));
    pool.free(acquire(pool));

    pass(Duration.ofSeconds(9));
    assertThat(gauge("pool_size")).isEqualTo(1);
    pass(Duration.ofSeconds(2));

    assertThat(gauge("pool_size")).isZero();
    assertThat(metrics.counter("idle").sum()).isEqualTo(1);
  }

  @Test
  void anOldSessionIsClosedWhenFree() {
    var pool = pool(timed(5, null, null, Duration.ofSeconds(10)));
    var busy = acquire(pool);
    var free = acquire(pool);
    pool.free(free);

    pass(Duration.ofSeconds(11));
    assertThat(gauge("pool_size")).isEqualTo(1);
    pool.free(busy);
    runUntil("it is closed", () -> gauge("pool_size") == 0);

    assertThat(metrics.counter("lifetime").sum()).isEqualTo(2);
  }

  @Test
  void aClosedPoolClosesEachConnectionWhenItIsFree() {
    var pool = pool(limits(0, 10, 10));
    var busy = acquire(pool);
    pool.free(acquire(pool));

    pool.close();

    runUntil("the free one is closed", () -> gauge("pool_size") == 1);
    pool.free(busy);
    runUntil("the other is closed", () -> gauge("pool_size") == 0);
    assertThat(gauge("connections")).isZero();
  }

  @Test
  void aConnectionThatTheBackendClosesIsNotHandedOut() throws IOException {
    var pool = pool(limits(0, 10, 10));
    var connection = acquire(pool);
    pool.free(connection);

    server.accept().close();

    runUntil("it is gone", () -> gauge("pool_size") == 0);
    assertThat(acquire(pool)).isNotSameAs(connection);
  }

  @Test
  void loopsShareTheLimits() {
    var share = limits(3, 10, 5).shareOf(4);

    assertThat(share.minConnections()).isEqualTo(1);
    assertThat(share.maxConnections()).isEqualTo(2);
    assertThat(share.maxWaiters()).isEqualTo(2);
    assertThat(limits(0, 1, 0).shareOf(4)).isEqualTo(limits(0, 1, 0));
  }

  private Pool pool(ClientConfig config) {
    var connector = new Connector(NioSocketChannel.class, config, HeadLimits.DEFAULT, stats);
    var address = (InetSocketAddress) server.getLocalSocketAddress();
    var pool = new Pool(loop, address, connector, config, stats);
    pools.add(pool);
    return pool;
  }

  private static ClientConfig limits(int min, int max, int waiters) {
    return Configs.pool(min, max, waiters, null, null, null);
  }

  private static ClientConfig timed(
      int min, @Nullable Duration poolIdle, @Nullable Duration idle, @Nullable Duration life) {
    return Configs.pool(min, 10, 10, poolIdle, idle, life);
  }

  private Asker ask(Pool pool) {
    var waiter = new Asker();
    pool.acquire(waiter);
    return waiter;
  }

  private ClientCodec acquire(Pool pool) {
    var waiter = ask(pool);
    runUntil("connected", () -> waiter.got != null);
    return waiter.connection();
  }

  private void pass(Duration time) {
    for (long second = 0; second < time.toSeconds(); second++) {
      ticker.advance(1, TimeUnit.SECONDS);
      while (loop.runNow() > 0) {
        // As long as there is something to do.
      }
    }
  }

  private void runUntil(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never came true: " + what);
      }
      loop.runNow();
      Thread.onSpinWait();
    }
  }

  private double gauge(String name) {
    var node = metrics.snapshot().at(name);
    return node != null && node.value() instanceof Value.Level(float now) ? now : -1;
  }
}
