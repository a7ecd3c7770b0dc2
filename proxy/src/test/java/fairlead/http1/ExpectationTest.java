package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Exchange;
import fairlead.exchange.Limits;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who says 100 Continue, and when (decision 13). */
class ExpectationTest {
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  private static final String ASKING =
      "PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";

  private final List<Exchange> asked = new ArrayList<>();
  private final EmbeddedChannel backend = new EmbeddedChannel();
  private final ClientCodec client =
      new ClientCodec(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
          HeadLimits.DEFAULT,
          new NotingPool(),
          new NotingOwner());
  private final EmbeddedChannel caller = new EmbeddedChannel();

  ExpectationTest() {
    var settings =
        new ServerSettings(HeadLimits.DEFAULT, new Limits(1 << 20, 8192, 5120), null, null);
    backend.freezeTime();
    backend.pipeline().addLast(client);
    backend.pipeline().fireChannelActive();
    caller.freezeTime();
    caller.pipeline().addLast(new ServerCodec(settings, asked::add, new NotingOwner()));
  }

  @AfterEach
  void close() {
    caller.finishAndReleaseAll();
    backend.finishAndReleaseAll();
  }

  private static void send(EmbeddedChannel to, String text) {
    to.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    to.runPendingTasks();
  }

  private String sent(EmbeddedChannel by) {
    caller.runPendingTasks();
    backend.runPendingTasks();
    var text = new StringBuilder();
    for (ByteBuf out = by.readOutbound(); out != null; out = by.readOutbound()) {
      text.append(out.toString(StandardCharsets.ISO_8859_1));
      out.release();
    }
    return text.toString();
  }

  private void pass(long millis) {
    caller.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
    caller.runScheduledPendingTasks();
  }

  private void attach() {
    asked.getLast().attach(client);
  }

  @Test
  void theBackendsWordIsPassedOnAsItIs() {
    send(caller, ASKING);
    attach();
    assertThat(sent(backend)).isEqualTo(ASKING);

    send(backend, "HTTP/1.1 100 Go on\r\nX-From: backend\r\n\r\n");

    assertThat(sent(caller)).isEqualTo("HTTP/1.1 100 Go on\r\nX-From: backend\r\n\r\n");
    pass(10_000);
    assertThat(sent(caller)).as("it is said once").isEmpty();
    send(caller, "hi");
    assertThat(sent(backend)).isEqualTo("hi");
  }

  @Test
  void afterHalfASecondOfSilenceWeSayIt() {
    send(caller, ASKING);
    pass(10_000);
    assertThat(sent(caller)).as("there is no backend yet").isEmpty();
    attach();

    pass(499);
    assertThat(sent(caller)).isEmpty();
    pass(1);
    assertThat(sent(caller)).isEqualTo(CONTINUE);
    send(backend, CONTINUE + "HTTP/1.1 102 Processing\r\n\r\n" + CONTINUE);
    assertThat(sent(caller)).isEqualTo("HTTP/1.1 102 Processing\r\n\r\n");
    send(caller, "hi");
    send(backend, OK);

    assertThat(sent(backend)).isEqualTo(ASKING + "hi");
    assertThat(sent(caller)).isEqualTo(OK);
  }

  @Test
  void aCallerThatDoesNotWaitIsNotTold() {
    send(caller, ASKING + "h");
    attach();

    pass(10_000);

    assertThat(sent(caller)).isEmpty();
    assertThat(sent(backend)).isEqualTo(ASKING + "h");
  }

  @Test
  void threat12_aFinalAnswerIsTheOnlyOne() {
    send(caller, ASKING);
    attach();

    send(backend, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");

    assertThat(sent(caller))
        .isEqualTo("HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    assertThat(backend.isOpen()).isFalse();
    send(caller, "GET / HTTP/1.1\r\n\r\n");
    pass(2000);
    assertThat(asked).hasSize(1);
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void theNextRequestIsAskedAnew() {
    for (int n = 0; n < 2; n++) {
      send(caller, ASKING);
      attach();
      pass(500);
      assertThat(sent(caller)).isEqualTo(CONTINUE);
      send(caller, "hi");
      sent(backend);
      send(backend, OK);
      assertThat(sent(caller)).isEqualTo(OK);
    }
    send(caller, "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    attach();
    pass(10_000);
    assertThat(sent(caller)).as("this one does not wait").isEmpty();
  }

  @Test
  void noTimerOutlivesItsRequest() {
    send(caller, ASKING);
    attach();
    sent(backend);
    assertThat(caller.runScheduledPendingTasks()).isPositive();

    var _ = caller.close();

    assertThat(caller.runScheduledPendingTasks()).isEqualTo(-1);
  }
}
