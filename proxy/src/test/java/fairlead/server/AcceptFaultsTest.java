package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.telemetry.MetricsTree;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AcceptFaultsTest {
  @Test
  void fault25_aListenerThatCannotAcceptRestsAndGoesOn() {
    var metrics = new MetricsTree();
    var listening =
        new EmbeddedChannel(new AcceptFaults(new GuardStats(metrics, false)::acceptFailed));
    listening.freezeTime();
    for (int n = 1; n <= 3; n++) {
      listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));
      listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));

      assertThat(listening.config().isAutoRead()).as("it does not spin").isFalse();
      listening.advanceTimeBy(AcceptFaults.REST_MILLIS, TimeUnit.MILLISECONDS);
      listening.runScheduledPendingTasks();

      assertThat(listening.config().isAutoRead()).as("it goes on").isTrue();
      assertThat(listening.isOpen()).isTrue();
      assertThat(metrics.counter("accept_failures").sum()).isEqualTo(2L * n);
    }
    listening.checkException();
    listening.finishAndReleaseAll();
  }
}
