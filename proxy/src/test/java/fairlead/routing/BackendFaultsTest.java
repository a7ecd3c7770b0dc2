package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a backend may do to us (F18 of the fault catalogue), on real sockets: what the caller sees,
 * and that nothing is left of it.
 */
class BackendFaultsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CLIENT = "rt/http/client/#/test/web/";
  private static final String SERVICE = "rt/http/service/svc/web/";

  private final Rig.Options options = new Rig.Options();
  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void fault18_aBackendThatRefusesIsTriedAgainAndTold() throws Exception {
    var address = refusing();
    rig.interpreter.bind("web", address);

    var caller = rig.caller();
    var answer = caller.ask(GET);

    String shown = "127.0.0.1:" + address.getPort();
    assertThat(answer)
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .endsWith(
            "\r\n\r\nUnable to establish connection to "
                + shown
                + ".\nservice name: /svc/web\nclient name: /#/test/web\naddresses: ["
                + shown
                + "]\nselected address: "
                + shown);
    assertThat(Wire.header(answer, "l5d-err")).startsWith("Unable+to+establish+connection+to+");
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
    rig.awaitQuiet("web");
    assertThat(rig.count(CLIENT + "requests")).isEqualTo(2); // out at once, and nobody else
    assertThat(rig.count(CLIENT + "retries/requeues")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "connects")).isEqualTo(0);
    assertThat(
            rig.count(
                CLIENT
                    + "failures/restartable/com.twitter.finagle.Failure"
                    + "/com.twitter.finagle.ConnectionFailedException"
                    + "/io.netty.channel.AbstractChannel$AnnotatedConnectException"))
        .isEqualTo(2);
    assertThat(rig.count(CLIENT + "service_creation/failures")).isEqualTo(2);
    assertThat(rig.count(SERVICE + "requests")).isEqualTo(1);
    assertThat(
            rig.count(
                SERVICE
                    + "failures/com.twitter.finagle.naming.buoyant"
                    + ".RichConnectionFailedExceptionWithPath"))
        .isEqualTo(1);
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 502 "); // the caller's connection lives on
  }

  @Test
  void fault18_aBackendThatRefusesCostsNothingWhileAnotherServes() throws Exception {
    var serving = rig.unbound(answering());
    rig.interpreter.bind("web", refusing(), serving.address());

    var caller = rig.caller();
    for (int i = 0; i < 20; i++) {
      assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    }

    rig.awaitQuiet("web");
    assertThat(serving.heads).hasSize(20);
    assertThat(rig.count(SERVICE + "success")).isEqualTo(20);
    assertThat(rig.count(CLIENT + "retries/requeues")).isPositive();
  }

  @Test
  void fault18_aBackendThatResetsIsNotAskedTwiceOnANewConnection() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.socket.setSoLinger(true, 0);
            });

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(Wire.header(answer, "l5d-err")).contains("%3A" + backend.address().getPort());
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
    rig.awaitQuiet("web");
    assertThat(backend.connections).hasValue(1);
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
    assertThat(rig.count(CLIENT + "failures")).isEqualTo(1);
    assertThat(rig.count(CLIENT + "retries/requeues")).isZero();
  }

  @Test
  void fault18_aBlackHoleIsLeftAfterTheConnectTimeOut() throws Exception {
    restart(Duration.ofMillis(50));
    try (var hole = new BlackHole()) {
      rig.interpreter.bind("web", hole.address());

      var answer = rig.caller().ask(GET);

      assertThat(answer)
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
          .contains("\r\n\r\nUnable to establish connection to " + hole.shown() + ".\n");
      rig.awaitQuiet("web");
      assertThat(
              rig.count(
                  CLIENT
                      + "failures/rejected/com.twitter.finagle.Failure"
                      + "/com.twitter.finagle.ConnectionFailedException"
                      + "/io.netty.channel.ConnectTimeoutException"))
          .isEqualTo(2); // out at once: one more, and there is nobody else
    }
  }

  @Test
  void fault18_aBlackHoleDelaysARequestAndFailsNone() throws Exception {
    restart(Duration.ofMillis(100));
    var serving = rig.unbound(answering());
    try (var hole = new BlackHole()) {
      rig.interpreter.bind("web", hole.address(), serving.address());

      var caller = rig.caller();
      for (int i = 0; i < 4; i++) {
        assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
      }
    }
    rig.awaitQuiet("web");
  }

  @Test
  void fault18_aCallerThatLeavesDuringAConnectWaitsInNoLine() throws Exception {
    try (var hole = new BlackHole()) {
      rig.interpreter.bind("web", hole.address());
      var caller = rig.caller();
      caller.send(GET);
      Await.until("somebody waits", () -> rig.gauge(CLIENT + "pool_waiters") == 1);

      caller.close();

      Await.until("nobody waits", () -> rig.gauge(CLIENT + "pool_waiters") == 0);
      rig.awaitQuiet("web");
      assertThat(rig.count(SERVICE + "failures/interrupted")).isEqualTo(1);
      assertThat(rig.count(CLIENT + "retries/requeues")).isZero();
    }
  }

  @Test
  void fault18_aSilentBackendIsWaitedForAndLeftWithTheCaller() throws Exception {
    var asked = new CountDownLatch(1);
    var left = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.request();
          asked.countDown();
          if (wire.isAtEnd()) {
            left.countDown();
          }
        });
    var caller = rig.caller();
    caller.send(GET);
    asked.await();
    assertThat(rig.gauge(SERVICE + "pending")).isEqualTo(1);
    assertThat(rig.gauge(CLIENT + "loadbalancer/load")).isEqualTo(1);

    caller.close();

    left.await(); // the attempt is cancelled: its connection is closed
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
    assertThat(rig.count(SERVICE + "failures/interrupted")).isEqualTo(1);
    assertThat(
            rig.count(
                CLIENT
                    + "failures/interrupted/com.twitter.finagle.Failure"
                    + "/com.twitter.finagle.CancelledRequestException"))
        .isEqualTo(1);
    assertThat(rig.count("rt/http/server/127.0.0.1/0/failures")).isZero();
  }

  @Test
  void fault18_aHalfCloseInsteadOfAnAnswerIsTheEnd() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.socket.shutdownOutput();
          assertThat(wire.isAtEnd()).isTrue();
        });

    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 502 Bad Gateway\r\n");

    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
    assertThat(rig.count(CLIENT + "failures/com.twitter.finagle.ChannelClosedException"))
        .isEqualTo(1);
  }

  @Test
  void fault18_aHalfCloseAfterTheAnswerEndsTheConnectionOnly() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              wire.send(OK);
              wire.socket.shutdownOutput();
              assertThat(wire.isAtEnd()).isTrue();
            });

    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    Await.until("the connection is gone", () -> rig.gauge(CLIENT + "pool_size") == 0);
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    rig.awaitQuiet("web");
    assertThat(backend.connections).hasValue(2);
    assertThat(rig.count(CLIENT + "failures")).isZero();
  }

  @Test
  void fault18_aSlowFirstByteIsWaitedForAndSlowOnesAreJoined() throws Exception {
    var asked = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          while (wire.request() != null) {
            asked.countDown();
            await(goOn);
            for (int i = 0; i < OK.length(); i++) {
              wire.send(OK.substring(i, i + 1)); // a segment each
            }
          }
        });
    var caller = rig.caller();
    caller.send(GET);
    asked.await();
    assertThat(caller.socket.getInputStream().available()).isZero();
    assertThat(rig.gauge(SERVICE + "pending")).isEqualTo(1);

    goOn.countDown();

    assertThat(caller.response()).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\nok");
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_cached")).isEqualTo(1);
  }

  @Test
  void fault18_aBackendThatDiesWithinALengthBreaksTheAnswerOff() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
        });
    var caller = rig.caller();
    caller.send(GET);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n").contains("Content-Length: 10\r\n");
    assertThat(caller.read(5)).isEqualTo("hello");
    assertThat(caller.isAtEnd()).isTrue();
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
  }

  @Test
  void fault18_aBackendThatDiesWithinChunksBreaksTheAnswerOff() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
        });
    var caller = rig.caller();
    caller.send(GET);

    assertThat(caller.head()).contains("Transfer-Encoding: chunked\r\n");
    assertThat(caller.line()).isEqualTo("5");
    assertThat(caller.read(7)).isEqualTo("hello\r\n");
    assertThatThrownBy(caller::line).isInstanceOf(IOException.class); // no last chunk
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
  }

  @Test
  void fault18_aBackendThatDiesDuringAnUploadIsToldAtOnce() throws Exception {
    rig.backend("web", Wire::head); // reads no body, and closes with what was sent of it unread
    var caller = rig.caller();
    caller.send("POST / HTTP/1.1\r\nHost: web\r\nContent-Length: 1000000\r\n\r\n");
    caller.send("b".repeat(50_000));

    var answer = caller.response();

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(Wire.header(answer, "Connection")).isEqualTo("close"); // the rest is not waited for
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
    assertThat(rig.count(CLIENT + "retries/requeues")).isZero();
  }

  private void restart(Duration connectTimeout) {
    rig.close();
    options.client = Configs.connectTimeout(ClientConfig.DEFAULT, connectTimeout);
    rig = new Rig(options);
  }

  private static TestBackend.Script answering() {
    return wire -> {
      while (wire.request() != null) {
        wire.send(OK);
      }
    };
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  /** An address where nobody listens, and nobody will as long as this test knows it. */
  private static InetSocketAddress refusing() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return (InetSocketAddress) socket.getLocalSocketAddress();
    }
  }

  /** Its queue of connections is full, and nobody empties it: who knocks hears nothing. */
  private static final class BlackHole implements AutoCloseable {
    private final ServerSocket server;
    private final Socket[] fill = new Socket[2];

    BlackHole() throws IOException {
      server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      for (int i = 0; i < fill.length; i++) {
        fill[i] = new Socket();
        fill[i].connect(server.getLocalSocketAddress(), 5_000);
      }
    }

    InetSocketAddress address() {
      return (InetSocketAddress) server.getLocalSocketAddress();
    }

    String shown() {
      return "127.0.0.1:" + server.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      for (var socket : fill) {
        socket.close();
      }
      server.close();
    }
  }
}
