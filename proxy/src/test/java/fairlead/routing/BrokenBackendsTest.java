package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
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

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
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
