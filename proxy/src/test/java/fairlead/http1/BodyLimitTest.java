package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.BackendStream;
import fairlead.exchange.ErrorCode;
import fairlead.exchange.Exchange;
import fairlead.exchange.Limits;
import fairlead.http.Fields;
import fairlead.http.Head;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code spec/http.md} §6.2: a body that is longer than is taken. */
class BodyLimitTest {
  private static final Limits TEN_BYTES = new Limits(1 << 20, 8192, 5120, 10);
  private static final String POST = "POST / HTTP/1.1\r\nHost: a\r\n";

  private final Backend backend = new Backend();
  private final EmbeddedChannel caller =
      new EmbeddedChannel(
          new ServerCodec(
              new ServerSettings(HeadLimits.DEFAULT, TEN_BYTES, null, null),
              exchange -> exchange.attach(backend),
              new NotingOwner()));

  private static final class Backend implements BackendStream {
    private int begun;
    private int received;
    private boolean whole;
    private boolean reset;

    @Override
    public void begin(Exchange exchange, Head head, boolean end) {
      begun++;
    }

    @Override
    public void data(ByteBuf data) {
      received += data.readableBytes();
      data.release();
    }

    @Override
    public void end(@Nullable Fields trailers) {
      whole = true;
    }

    @Override
    public void reset(ErrorCode why) {
      reset = true;
    }

    @Override
    public boolean writable() {
      return true;
    }

    @Override
    public void reading(boolean on) {}
  }

  @AfterEach
  void close() {
    caller.finishAndReleaseAll();
  }

  @Test
  void whatIsAnnouncedTooLongReachesNobody() {
    send(POST + "Content-Length: 11\r\n\r\n");

    assertThat(sent())
        .isEqualTo(
            "HTTP/1.0 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    assertThat(backend.begun).isZero();
    caller.advanceTimeBy(3, TimeUnit.SECONDS);
    caller.runScheduledPendingTasks();
    assertThat(caller.isOpen()).isFalse();
  }

  @Test
  void chunksThatAddUpToTooMuchAreNeverAWholeRequest() {
    send(POST + "Transfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n");
    send("5\r\nghijk\r\n0\r\n\r\n");

    assertThat(sent()).startsWith("HTTP/1.1 413 Content Too Large\r\n");
    assertThat(backend.received).isEqualTo(6);
    assertThat(backend.whole).isFalse();
    assertThat(backend.reset).isTrue();
  }

  @Test
  void whatFitsIsTaken() {
    send(POST + "Content-Length: 10\r\n\r\n0123456789");

    assertThat(backend.received).isEqualTo(10);
    assertThat(backend.whole).isTrue();
  }

  private void send(String text) {
    caller.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  private String sent() {
    var text = new StringBuilder();
    for (ByteBuf out = caller.readOutbound(); out != null; out = caller.readOutbound()) {
      text.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return text.toString();
  }
}
