package fairlead.http1;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.exchange.Limits;
import fairlead.wire.HeadLimits;
import fairlead.wire.NotingOwner;
import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionTest {
  private final ServerCodec codec =
      new ServerCodec(
          new ServerSettings(HeadLimits.DEFAULT, new Limits(1024, 1024, 1024), null, null),
          exchange -> {},
          new NotingOwner());
  private final EmbeddedChannel channel = new EmbeddedChannel(codec);

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  /** A descriptor that is free at once may be another connection's within the same turn. */
  @Test
  void isClosedBehindAllThatThisTurnStillBrings() {
    codec.close();
    codec.close();
    assertThat(channel.isOpen()).isTrue();

    channel.runPendingTasks();

    assertThat(channel.isOpen()).isFalse();
  }

  /** Those behind it are mostly of the connection's end. */
  @Test
  void tellsOfItsFirstFault() {
    var first = new IllegalStateException("first");
    var context = channel.pipeline().context(codec);

    codec.exceptionCaught(context, first);
    codec.exceptionCaught(context, new IllegalStateException("second"));

    assertThat(codec.cause()).isSameAs(first);
  }
}
