package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.client.ClientConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** F18 of {@code spec/faults.md}: every way in which a backend can fail a request. */
@Timeout(60)
class BrokenBackendsTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void fault18_refuses() throws Exception {
    var gone = new TestBackend(_ -> {});
    gone.close();
    rig.interpreter.bind("web", gone.address());

    var answer = rig.caller().ask(GET);

    String at = "127.0.0.1:" + gone.address().getPort();
    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(answer)
        .endsWith(
            "\r\n\r\nUnable to establish connection to "
                + at
                + ".\nservice name: /svc/web\nclient name: /#/test/web\naddresses: ["
                + at
                + "]\nselected address: "
                + at);
    assertThat(Wire.header(answer, "l5d-retryable")).isNull();
  }

  @Test
  void fault18_refusesWhileAnotherDoesNot() throws Exception {
    var gone = new TestBackend(_ -> {});
    gone.close();
    var alive = TestBackend.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    try (alive) {
      rig.interpreter.bind("web", gone.address(), alive.address());
      var caller = rig.caller();

      for (int n = 0; n < 20; n++) {
        assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 OK\r\n");
      }
    }
  }

  @Test
  void fault18_blackHoles() throws Exception {
    var options = new Rig.Options();
    options.client =
        new ClientConfig(
            0, Integer.MAX_VALUE, Integer.MAX_VALUE, null, null, 5, Duration.ofMillis(100));
    rig.close();
    rig = new Rig(options);
    try (var hole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var waiting = fill((InetSocketAddress) hole.getLocalSocketAddress());
      rig.interpreter.bind("web", (InetSocketAddress) hole.getLocalSocketAddress());

      var answer = rig.caller().ask(GET);

      assertThat(answer)
          .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
          .contains("Unable to establish connection to 127.0.0.1:" + hole.getLocalPort());
      for (var socket : waiting) {
        socket.close();
      }
    }
  }

  /** Nobody accepts: once the queue is full, the system drops what asks to be let in. */
  private static List<Socket> fill(InetSocketAddress address) throws IOException {
    var waiting = new ArrayList<Socket>();
    for (int n = 0; n < 8; n++) {
      var socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(address, 200);
      } catch (java.net.SocketTimeoutException _) { // Full.
        return waiting;
      }
    }
    throw new IOException("the queue of " + address + " is never full");
  }

  @Test
  void fault18_resets() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.socket.setOption(StandardSocketOptions.SO_LINGER, 0);
        });

    var answer = rig.caller().ask(GET);

    assertThat(answer).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
    assertThat(Wire.header(answer, "l5d-err")).startsWith("The+connection+to+127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Le"})
  void fault18_halfCloses(String said) throws Exception {
    var end = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.send(said);
          wire.socket.shutdownOutput();
          end.complete(wire.isAtEnd());
        });

    var answer = rig.caller().ask(GET);

    assertThat(answer)
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .contains("The connection was closed by 127.0.0.1:");
    assertThat(end.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void fault18_acceptsAndStaysSilentUntilTheCallerHasEnough() throws Exception {
    var asked = new CountDownLatch(1);
    var end = new CompletableFuture<Boolean>();
    rig.backend(
        "web",
        wire -> {
          wire.head();
          asked.countDown();
          end.complete(wire.isAtEnd());
        });
    var caller = rig.caller();
    caller.send(GET);
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();

    caller.close();

    assertThat(end.get(20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void fault18_slowFirstByteHoldsUpNobodyElse() throws Exception {
    var go = new CountDownLatch(1);
    rig.backend(
        "web",
        wire -> {
          wire.head();
          try {
            assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          wire.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nslow");
        });
    rig.backend("quick", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nquick");
    var slow = rig.caller();
    slow.send(GET);

    assertThat(rig.caller().ask(GET.replace("web", "quick"))).endsWith("quick");
    go.countDown();
    assertThat(slow.response()).endsWith("slow");
  }

  @Test
  void fault18_diesMidBody() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.head();
              wire.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            });
    var caller = rig.caller();

    caller.send(GET);
    assertThat(caller.head()).contains("Content-Length: 10\r\n");
    assertThat(caller.read(4)).isEqualTo("half");
    assertThat(caller.isAtEnd()).as("the caller can tell").isTrue();
    assertThat(backend.connections).as("it is not asked again").hasValue(1);
  }

  @Test
  void fault18_diesMidChunks() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        });
    var caller = rig.caller();

    caller.send(GET);
    assertThat(caller.head()).contains("Transfer-Encoding: chunked\r\n");
    assertThat(caller.line()).isEqualTo("4");
    assertThat(caller.read(6)).isEqualTo("half\r\n");
    assertThat(caller.isAtEnd()).as("no last chunk").isTrue();
  }

  @Test
  void fault18_diesMidChunksForAnHttp10Caller() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.head();
          wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        });
    var caller = rig.caller();

    assertThatThrownBy(() -> caller.ask("GET / HTTP/1.0\r\nHost: web\r\n\r\n"))
        .as("a reset: the end of the connection would pass for the end of the body")
        .isInstanceOf(IOException.class);
  }
}
