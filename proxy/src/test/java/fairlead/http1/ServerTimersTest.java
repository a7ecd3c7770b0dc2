package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Limits;
import fairlead.wire.CallerConnection;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServerTimersTest {
  private static final ServerSettings SETTINGS =
      new ServerSettings(
          HeadLimits.DEFAULT,
          new Limits(1024, 1024, 5120),
          Duration.ofMinutes(10),
          Duration.ofMinutes(20));

  @Test
  void noTimerIsLeftOfAConnectionThatIsClosedAtOnce() {
    var closing =
        new NotingOwner() {
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
    var channel = new EmbeddedChannel(new ServerCodec(SETTINGS, _ -> {}, new NotingOwner()));
    channel.writeInbound(
        Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: we", StandardCharsets.US_ASCII));
    assertThat(channel.runScheduledPendingTasks()).isPositive();

    var _ = channel.close();

    assertThat(channel.runScheduledPendingTasks()).isEqualTo(-1);
  }
}
