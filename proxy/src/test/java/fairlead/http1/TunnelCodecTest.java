package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Exchange;
import fairlead.exchange.Limits;
import fairlead.exchange.Service;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tunnels, byte by byte: what may pass when, and how fast. */
class TunnelCodecTest {
  private static final String ASKING =
      "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final String SWITCH =
      "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
  private static final int READ = 16 * 1024;

  /** High water mark, one read beyond it, and the heads. */
  private static final long BOUND = 65_536 + 2 * READ + 1024;

  private final NotingOwner owner = new NotingOwner();
  private final NotingPool pool = new NotingPool();
  private final ClientCodec client =
      new ClientCodec(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
          HeadLimits.DEFAULT,
          pool,
          new NotingOwner());
  private final StallingChannel backend = StallingChannel.with(client);
  private @Nullable StallingChannel opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.finishAndReleaseAll();
    }
    backend.finishAndReleaseAll();
  }

  private StallingChannel caller(@Nullable Duration idleTime) {
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), idleTime, idleTime);
    opened = StallingChannel.with(new ServerCodec(settings, this::ask, owner));
    return opened;
  }

  private void ask(Exchange exchange) {
    exchange.upgrade("websocket");
    exchange.attach(client);
  }

  private void run() {
    for (int i = 0; i < 4; i++) {
      if (opened != null) {
        opened.runPendingTasks();
      }
      backend.runPendingTasks();
    }
  }

  private StallingChannel tunnel(@Nullable Duration idleTime) {
    var caller = caller(idleTime);
    caller.deliver(text(ASKING));
    run();
    backend.deliver(text(SWITCH));
    run();
    return caller;
  }

  @Test
  void threat24_whatComesTooEarlyWaitsForTheSwitch() {
    var caller = caller(null);

    caller.deliver(text(ASKING + "early"));
    run();
    assertThat(backend.taken()).isEqualTo(ASKING.length());
    backend.deliver(text(SWITCH));
    run();

    assertThat(backend.taken()).isEqualTo(ASKING.length() + 5);
  }

  @Test
  void aTunnelIsARequestInProgressHoweverLongItLasts() {
    var caller = caller(Duration.ofSeconds(5));
    caller.freezeTime();
    caller.deliver(text(ASKING));
    run();
    backend.deliver(text(SWITCH));
    run();

    caller.advanceTimeBy(1, TimeUnit.HOURS);
    caller.runScheduledPendingTasks();
    caller.deliver(text("x"));
    run();

    assertThat(caller.isOpen()).isTrue();
    assertThat(owner.idleCloses).isZero();
    assertThat(backend.taken()).isEqualTo(ASKING.length() + 1);
  }

  @Test
  void aCallerThatDoesNotReadStopsTheBackend() {
    var caller = tunnel(null);
    caller.stall();

    long fed = feedWhileWanted(backend);

    assertThat(fed).isPositive().isLessThanOrEqualTo(BOUND);
    assertThat(caller.pending()).isLessThanOrEqualTo(BOUND);
    long before = caller.taken();
    caller.goOn();
    assertThat(caller.taken()).isEqualTo(before + fed);
    assertThat(backend.wantsRead()).isTrue();
  }

  @Test
  void aBackendThatDoesNotReadStopsTheCaller() {
    var caller = tunnel(null);
    backend.stall();

    long fed = feedWhileWanted(caller);

    assertThat(fed).isPositive().isLessThanOrEqualTo(BOUND);
    assertThat(backend.pending()).isLessThanOrEqualTo(BOUND);
  }

  @Test
  void whatWaitsWhenTheCallerLeavesStillGoesToTheBackend() {
    var caller = tunnel(null);
    backend.stall();
    long fed = feedWhileWanted(caller);
    caller.deliver(part()); // as its end was seen, it was read in spite of all

    var _ = caller.close();
    run();
    assertThat(backend.isOutputShutdown()).isFalse();
    backend.goOn();
    run();

    assertThat(backend.taken()).isEqualTo(ASKING.length() + fed + READ);
    assertThat(backend.isOutputShutdown()).isTrue();
    assertThat(pool.freed).isZero();
  }

  @Test
  void whatWaitsWhenTheBackendLeavesStillGoesToTheCaller() {
    var caller = tunnel(null);
    long before = caller.taken();
    caller.stall();
    backend.deliver(part());

    var _ = backend.close();
    run();
    assertThat(caller.isOutputShutdown()).isFalse();
    caller.goOn();
    run();

    assertThat(caller.taken()).isEqualTo(before + READ);
    assertThat(caller.isOutputShutdown()).isTrue();
    assertThat(pool.gone).isEqualTo(1);
  }

  @Test
  void whatALeftBackendStillSendsIsDropped() {
    var caller = tunnel(null);
    var _ = caller.close();
    run();

    backend.deliver(part());
    run();

    assertThat(backend.isOpen()).as("until it leaves too, or two seconds").isTrue();
    assertThat(backend.wantsRead()).isTrue();
  }

  @Test
  void aBackendThatTakesNothingOfTheRestIsGivenUpAfterAMinute() {
    var caller = tunnel(null);
    backend.freezeTime();
    backend.stall();
    caller.deliver(part());
    run();
    var _ = caller.close();
    run();

    pass(59);
    assertThat(backend.isOpen()).isTrue();
    pass(1);

    assertThat(backend.isOpen()).isFalse();
  }

  private void pass(long seconds) {
    backend.advanceTimeBy(seconds, TimeUnit.SECONDS);
    backend.runScheduledPendingTasks();
    backend.runPendingTasks();
  }

  @Test
  void threat26_aSuccessOfOursToConnectOpensNoTunnel() {
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null);
    Service local = exchange -> exchange.responseHead(success(), true);
    var caller = StallingChannel.with(new ServerCodec(settings, local, owner));
    opened = caller;

    caller.deliver(
        text("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    run();

    assertThat(caller.isOutputShutdown()).isTrue();
    assertThat(caller.taken())
        .isEqualTo("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n".length());
  }

  private static Head success() {
    var head = Head.response(200, "OK");
    head.receivedContentLength(0);
    return head;
  }

  private long feedWhileWanted(StallingChannel from) {
    long fed = 0;
    while (from.wantsRead() && fed < 8L * 1024 * 1024) {
      from.deliver(part());
      fed += READ;
      run();
    }
    return fed;
  }

  /** One frame or a part of one: what it holds does not matter. */
  private static ByteBuf part() {
    return Unpooled.wrappedBuffer(new byte[READ]);
  }

  private static ByteBuf text(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
  }
}
