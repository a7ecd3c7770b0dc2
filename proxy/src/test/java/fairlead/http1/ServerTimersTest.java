package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Limits;
import fairlead.http1.ServerCodec.Phase;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerTimersTest {
  private static final class TestOwner implements ServerCodec.Owner {
    @Override
    public Phase phase() {
      return Phase.SERVING;
    }

    @Override
    public void joined(ServerCodec connection) {}

    @Override
    public void left(ServerCodec connection) {}

    @Override
    public void idleClose() {}

    @Override
    public void lifetimeClose() {}

    @Override
    public void tooSlow(Slowness what) {}

    @Override
    public void opened() {}

    @Override
    public void bytes(long received, long sent) {}

    @Override
    public void closed(
        long nanos, long received, long sent, long requests, @Nullable Throwable cause) {}
  }

  @Test
  void noTimerOutlivesItsConnection() {
    var settings =
        new ServerCodec.Settings(
            HeadLimits.DEFAULT,
            new Limits(1024, 1024, 5120),
            Duration.ofMinutes(10),
            Duration.ofMinutes(20));
    var channel = new EmbeddedChannel(new ServerCodec(settings, _ -> {}, new TestOwner()));
    channel.writeInbound(
        Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: we", StandardCharsets.US_ASCII));
    assertThat(channel.runScheduledPendingTasks()).isPositive();

    var _ = channel.close();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }
}
