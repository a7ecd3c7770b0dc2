package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.client.ClientConfig;
import fairlead.client.Configs;
import fairlead.http2.Frame;
import fairlead.http2.FrameWire;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Backends that stop in the middle of what they say and stay connected, on real sockets. */
@Timeout(60)
class StoppedBodyTest {
  private static final String GET = "GET / HTTP/1.1\r\nHost: web\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String CLIENT = "rt/http/client/#/test/web/";

  private final Rig.Options options = new Rig.Options();
  private final CountDownLatch over = new CountDownLatch(1);
  private Rig rig = rig(ClientConfig.DEFAULT);

  @AfterEach
  void close() {
    over.countDown();
    rig.close();
  }

  @Test
  void fault18_aBodyThatStopsIsBrokenOff() throws Exception {
    rig.backend(
        "web",
        wire -> {
          wire.request();
          wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
          assertThat(wire.isAtEnd()).isTrue();
        });
    var caller = rig.caller();
    caller.send(GET);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 OK\r\n");
    assertThat(caller.line()).isEqualTo("5");
    assertThat(caller.read(7)).isEqualTo("hello\r\n");
    assertThat(caller.isAtEnd()).isTrue(); // without the last chunk
    rig.awaitQuiet("web");
    assertThat(rig.gauge(CLIENT + "pool_size")).isZero();
    assertThat(rig.count(CLIENT + "read_timeout")).isEqualTo(1);
  }

  @Test
  void fault18_aBackendThatNeverAnswersIsToldAs502() throws Exception {
    var backend =
        rig.backend(
            "web",
            wire -> {
              wire.request();
              assertThat(wire.isAtEnd()).isTrue();
            });

    assertThat(rig.caller().ask(GET))
        .startsWith("HTTP/1.1 502 Bad Gateway\r\n")
        .endsWith(
            "\r\n\r\nNothing came from 127.0.0.1:"
                + backend.address().getPort()
                + " for 2.seconds");
    assertThat(backend.connections).hasValue(1);
  }

  @Test
  void aConnectionThatIsIdleForLongerLivesOn() throws Exception {
    var first = new CountDownLatch(1);
    var backend =
        rig.backend(
            "web",
            wire -> {
              while (wire.request() != null) {
                wire.send(OK);
                first.countDown();
              }
            });
    var stopped =
        rig.backend(
            "other",
            wire -> {
              wire.request();
              assertThat(wire.isAtEnd()).isTrue();
            });
    var caller = rig.caller();
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");
    first.await();

    // Takes as long as the limit is, on the same loop.
    assertThat(rig.caller().ask(GET.replace("web", "other"))).startsWith("HTTP/1.1 502 ");
    assertThat(caller.ask(GET)).startsWith("HTTP/1.1 200 ");

    assertThat(stopped.connections).hasValue(1);
    assertThat(backend.connections).hasValue(1);
    assertThat(rig.count(CLIENT + "read_timeout")).isZero();
  }

  @Test
  void fault18_aBodyThatStopsOnAStreamOfHttp2CostsThatStreamOnly() throws Exception {
    rig.close();
    rig = rig(Configs.http2(ClientConfig.DEFAULT));
    var backend =
        rig.backend(
            "web",
            socket -> {
              var wire = FrameWire.accepted(socket.socket);
              wire.await(f -> f.type() == Frame.HEADERS && f.stream() == 1);
              byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
              wire.send(
                  Frame.headers(1, FrameWire.response(200), false), Frame.data(1, hello, false));
              wire.await(f -> f.type() == Frame.RST_STREAM && f.stream() == 1);
              wire.await(f -> f.type() == Frame.HEADERS && f.stream() == 3);
              wire.send(Frame.headers(3, FrameWire.response(204), true));
              await(over);
            });
    var caller = rig.caller();
    caller.send(GET);

    assertThat(caller.head()).startsWith("HTTP/1.1 200 ");
    assertThat(caller.line()).isEqualTo("5");
    assertThat(caller.read(7)).isEqualTo("hello\r\n");
    assertThat(caller.isAtEnd()).isTrue();
    assertThat(rig.count(CLIENT + "read_timeout")).isEqualTo(1);
    assertThat(rig.caller().ask(GET)).startsWith("HTTP/1.1 204 ");
    assertThat(backend.connections).hasValue(1);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private Rig rig(ClientConfig client) {
    options.client = Configs.readTimeout(client, Duration.ofSeconds(2));
    return new Rig(options);
  }
}
