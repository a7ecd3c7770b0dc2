package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Limits;
import fairlead.wire.CallerConnection;
import fairlead.wire.HeadLimits;
import fairlead.wire.ServerOwner;
import fairlead.wire.ServerOwner.Phase;
import fairlead.wire.Slowness;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ServerTimersTest {
  private static class TestOwner implements ServerOwner {
    @Override
    public Phase phase() {
      return Phase.SERVING;
    }

    @Override
    public void joined(CallerConnection connection) {}

    @Override
    public void left(CallerConnection connection) {}

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

  private static final ServerSettings SETTINGS =
      new ServerSettings(
          HeadLimits.DEFAULT,
          new Limits(1024, 1024, 5120),
          Duration.ofMinutes(10),
          Duration.ofMinutes(20));

  @Test
  void noTimerIsLeftOfAConnectionThatIsClosedAtOnce() {
    var closing =
        new TestOwner() {
          @Override
          public void joined(CallerConnection connection) {
            connection.close();
          }
        };

    var channel = new EmbeddedChannel(new ServerCodec(SETTINGS, _ -> {}, closing));

    assertThat(channel.isOpen()).isFalse();
    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }

  @Test
  void noTimerOutlivesItsConnection() {
    var channel = new EmbeddedChannel(new ServerCodec(SETTINGS, _ -> {}, new TestOwner()));
    channel.writeInbound(
        Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: we", StandardCharsets.US_ASCII));
    assertThat(channel.runScheduledPendingTasks()).isPositive();

    var _ = channel.close();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }
}
