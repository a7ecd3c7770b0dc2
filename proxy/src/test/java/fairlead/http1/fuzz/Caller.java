package fairlead.http1.fuzz;

import fairlead.exchange.Limits;
import fairlead.http1.ServerCodec;
import fairlead.http1.ServerSettings;
import fairlead.wire.NotingOwner;
import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A caller's connection with the real codec on it; each request gets a {@link Backend}. */
final class Caller {
  private static final Limits LIMITS = new Limits(1 << 20, 8192, 5120);

  private final List<Backend> backends = new ArrayList<>();
  private final StringBuilder received = new StringBuilder();
  private final EmbeddedChannel channel;

  Caller(Bounds bounds, @Nullable String answer) {
    var settings = new ServerSettings(bounds.forTheCodec(), LIMITS, null, null);
    var codec =
        new ServerCodec(
            settings,
            exchange -> {
              var backend = new Backend(bounds, answer);
              backends.add(backend);
              exchange.attach(backend);
            },
            new NotingOwner());
    channel = new EmbeddedChannel(codec);
  }

  /** Sends bytes, in as many reads as there are cuts and one. */
  void sends(String bytes, int... cuts) {
    int from = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i == cuts.length ? bytes.length() : cuts[i];
      if (channel.isOpen()) {
        channel.writeInbound(Bytes.buffer(bytes.substring(from, to)));
      }
      from = to;
    }
  }

  /** All that was answered. */
  String received() {
    channel.runPendingTasks();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      received.append(Bytes.text(out));
    }
    return received.toString();
  }

  /** Whether the connection was closed, or is after the time that it lingers. */
  boolean isClosed() {
    channel.runPendingTasks();
    channel.advanceTimeBy(3, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    return !channel.isOpen();
  }

  /** One for each request that was routed. */
  List<Backend> backends() {
    return backends;
  }

  void leaves() {
    channel.finishAndReleaseAll();
    backends.forEach(Backend::closes);
  }
}
