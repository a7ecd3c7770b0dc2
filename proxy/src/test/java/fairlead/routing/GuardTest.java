package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.server.AddressRange;
import fairlead.server.GuardConfig;
import fairlead.server.ServerConfig.ForwardedConfig;
import fairlead.server.ServerConfig.Labeler;
import fairlead.wire.Patience;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a listener lets in, and whom it believes, on the wire (threats 44, 49). */
@Timeout(60)
class GuardTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String SERVER = "rt/http/server/127.0.0.1/0";
  private static final List<AddressRange> NOBODY = List.of();
  private static final List<AddressRange> LOOPBACK = List.of(AddressRange.parse("127.0.0.0/8"));

  private @Nullable Rig opened;

  @AfterEach
  void close() {
    if (opened != null) {
      opened.close();
    }
  }

  private Rig rig(@Nullable Integer maxConnections, List<AddressRange> from, Duration head) {
    var usual = Patience.DEFAULT;
    return rig(
        new Patience(head, usual.body(), usual.bodyBytesPerSecond(), usual.write(), usual.read()),
        maxConnections,
        from);
  }

  private Rig rig(Patience patience, @Nullable Integer maxConnections, List<AddressRange> from) {
    var options = new Rig.Options();
    options.guard = new GuardConfig(patience, null, maxConnections, from, false);
    options.forwarded = new ForwardedConfig(new Labeler.IpPort(), new Labeler.IpPort());
    var rig = new Rig(options);
    opened = rig;
    return rig;
  }

  private Rig rig(@Nullable Integer maxConnections, List<AddressRange> from) {
    return rig(maxConnections, from, Patience.DEFAULT.head());
  }

  @Test
  void connectionsBeyondTheLimitAreToldSoAndTheOthersGoOn() throws Exception {
    var rig = rig(2, NOBODY);
    rig.backend("web", OK);
    var first = rig.caller();
    var second = rig.caller();
    assertThat(first.ask(GET)).endsWith("ok");
    assertThat(second.ask(GET)).endsWith("ok");

    var third = rig.caller();

    assertThat(third.response())
        .startsWith("HTTP/1.0 503 Service Unavailable\r\n")
        .contains("Connection: close\r\n", "Retry-After: 0\r\n", "finagle-http-nack: true\r\n")
        .endsWith("Too many connections\n");
    assertThat(third.isAtEnd()).isTrue();
    assertThat(first.ask(GET)).endsWith("ok");
    assertThat(rig.count(SERVER + "/connections_refused")).isEqualTo(1);

    second.close();
    Await.until("there is room again", () -> rig.gauge(SERVER + "/connections") == 1);
    assertThat(rig.caller().ask(GET)).endsWith("ok");
  }

  @Test
  void threat44_aBodyThatStopsTakesTheBackendsConnectionWithIt() throws Exception {
    var soon = Duration.ofMillis(150);
    var usual = Patience.DEFAULT;
    var rig = rig(new Patience(usual.head(), soon, 64, usual.write(), null), null, NOBODY);
    var cut = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.read(3);
          cut.complete(wire.isAtEnd());
        });
    var caller = rig.caller();

    String answer = caller.ask("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 10\r\n\r\nabc");

    assertThat(answer).startsWith("HTTP/1.1 408 Request Timeout\r\n");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(cut.get(20, TimeUnit.SECONDS)).isTrue();
    assertThat(rig.count(SERVER + "/body_timeout")).isEqualTo(1);
    rig.awaitQuiet("web");
  }

  @Test
  void threat44_aTunnelMayBeSilent() throws Exception {
    var soon = Duration.ofMillis(150);
    var usual = Patience.DEFAULT;
    var rig = rig(new Patience(soon, soon, 64, usual.write(), null), null, NOBODY);
    rig.backend(
        "web",
        wire -> {
          String head = String.valueOf(wire.head());
          if (head.startsWith("GET")) {
            wire.send("HTTP/1.1 101 Go\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
            wire.send(wire.read(7));
          }
          int more = 0;
          while (!wire.isAtEnd()) {
            more++;
          }
          assertThat(more).isLessThan(4);
        });
    var caller = rig.caller();
    caller.send("GET / HTTP/1.1\r\nHost: web\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    assertThat(caller.head()).startsWith("HTTP/1.1 101 ");
    // Another that is given up shows that the time of this one would be over too.
    assertThat(rig.caller().ask("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 10\r\n\r\nabc"))
        .startsWith("HTTP/1.1 408 ");

    caller.send("\u0081\u0081\1\2\3\4x");

    assertThat(caller.read(7)).isEqualTo("\u0081\u0081\1\2\3\4x");
  }

  @Test
  void threat44_aCallerThatDoesNotReadFreesTheBackend() throws Exception {
    var soon = Duration.ofMillis(200);
    var usual = Patience.DEFAULT;
    var rig = rig(new Patience(usual.head(), usual.body(), 64, soon, null), null, NOBODY);
    var freed = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
          try {
            for (int n = 0; n < 100_000; n++) {
              wire.send("x".repeat(10_000));
            }
            freed.complete(false);
          } catch (IOException _) { // The proxy closed it.
            freed.complete(true);
          }
        });
    rig.caller().send(GET);

    assertThat(freed.get(40, TimeUnit.SECONDS)).isTrue();
    assertThat(rig.count(SERVER + "/write_timeout")).isEqualTo(1);
    rig.awaitQuiet("web");
  }

  @Test
  void threat44_thousandsOfIdleCallersCostAFewKilobytesEach() throws Exception {
    var rig = rig(null, NOBODY);
    rig.backend("web", OK);
    int callers = 2000;
    var all = new ArrayList<Wire>();
    for (int n = 0; n < 100; n++) {
      all.add(rig.caller());
      assertThat(all.getLast().ask(GET)).endsWith("ok");
    }
    long before = usedBytes();
    for (int n = 0; n < callers; n++) {
      var caller = rig.caller();
      caller.send(n % 2 == 0 ? GET : GET.substring(0, 20));
      all.add(caller);
      if (n % 2 == 0) {
        assertThat(caller.response()).endsWith("ok");
      }
    }
    Await.until("all are there", () -> rig.gauge(SERVER + "/connections") == callers + 100);

    // The callers are in this process too: what they hold is counted with it.
    assertThat((usedBytes() - before) / callers).isLessThan(24 * 1024);
    assertThat(all.getFirst().ask(GET)).endsWith("ok");
  }

  @SuppressWarnings("ExplicitGarbageCollection")
  private static long usedBytes() {
    System.gc();
    var direct = io.netty.buffer.PooledByteBufAllocator.DEFAULT.metric();
    var runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory() + direct.usedDirectMemory();
  }

  // The PROXY protocol

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void threat49_aTrustedPeerTellsWhoTheCallerIs(boolean byteByByte) throws Exception {
    var rig = rig(null, LOOPBACK);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();
    String header = "PROXY TCP4 192.0.2.1 198.51.100.2 12345 80\r\n";
    if (byteByByte) {
      for (char c : (header + GET).toCharArray()) {
        caller.send(String.valueOf(c));
      }
    } else {
      caller.send(header + GET);
    }

    assertThat(caller.response()).endsWith("ok");
    assertThat(backend.head())
        .contains("Forwarded: by=\"198.51.100.2:80\";for=\"192.0.2.1:12345\";host=web\r\n");
    assertThat(caller.ask(GET)).as("once a connection").endsWith("ok");
    assertThat(backend.head()).contains("for=\"192.0.2.1:12345\"");
  }

  @Test
  void threat49_localConnectionsOfATrustedPeerAreItsOwn() throws Exception {
    var rig = rig(null, LOOPBACK);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.send("\r\n\r\n\0\r\nQUIT\n \0\0\0" + GET);

    assertThat(caller.response()).endsWith("ok");
    assertThat(backend.head()).contains("for=\"127.0.0.1:" + caller.socket.getLocalPort() + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: web\r\n\r\n",
        "PROXY TCP4 192.0.2.1 198.51.100.2 12345 80 9\r\nGET / HTTP/1.1\r\nHost: web\r\n\r\n",
        "\r\n\r\n\0\r\nQUIT\n!\u0011\0\u000f\u0001\u0002\u0003\u0004\u0001\u0002\u0003\u0004"
            + "\0\u0001\0\u0002\u0001\u00ff\u00ffGET / HTTP/1.1\r\nHost: web\r\n\r\n"
      })
  void threat49_aTrustedPeerWithoutAGoodHeaderIsTurnedBack(String bytes) throws Exception {
    var rig = rig(null, LOOPBACK);
    var backend = rig.backend("web", OK);
    var caller = rig.caller();

    caller.send(bytes);

    assertThat(caller.response())
        .startsWith("HTTP/1.0 400 Bad Request\r\n")
        .contains("PROXY protocol is required here, but ");
    assertThat(backend.connections.get()).isZero();
    assertThat(rig.count(SERVER + "/bad_proxy_headers")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"PROXY TCP4 192.0.2.1 198.51.100.2 12345 80\r\n", "\r\n\r\n\0\r\nQUIT\n \0\0\0"})
  void threat49_aHeaderOfAnybodyElseIsNoRequest(String header) throws Exception {
    for (var trusted : List.of(NOBODY, List.of(AddressRange.parse("10.0.0.0/8")))) {
      try (var rig = rig(null, trusted)) {
        opened = null;
        var backend = rig.backend("web", OK);
        var caller = rig.caller();

        caller.send(header + GET);

        assertThat(caller.response()).startsWith("HTTP/1.0 400 Bad Request\r\n");
        assertThat(caller.isAtEnd()).isTrue();
        assertThat(backend.connections.get()).isZero();
      }
    }
  }

  @Test
  void threat49_theHeaderHasTheDeadlineOfAHead() throws Exception {
    var rig = rig(null, LOOPBACK, Duration.ofMillis(100));
    var caller = rig.caller();
    caller.send("PROXY TCP4 192.0.2.1");

    assertThat(atEnd(caller)).isTrue();
    assertThat(rig.count(SERVER + "/head_timeout")).isEqualTo(1);
  }

  private static boolean atEnd(Wire wire) throws IOException {
    return wire.isAtEnd();
  }

  @Test
  void threat49_whoLeavesWithinTheHeaderLeavesNothingBehind() throws Exception {
    var rig = rig(1, LOOPBACK);
    rig.backend("web", OK);
    for (int n = 0; n < 20; n++) {
      var caller = rig.caller();
      caller.send("PROXY TCP4 192.0.2.1");
      caller.close();
      Await.until("there is room again", () -> hasRoom(rig));
    }
  }

  private static boolean hasRoom(Rig rig) {
    try (var caller = rig.caller()) {
      return caller.ask("PROXY UNKNOWN\r\n" + GET).endsWith("ok");
    } catch (IOException _) { // Turned away: the last one is not gone yet.
      return false;
    }
  }
}
