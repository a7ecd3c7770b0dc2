package fairlead.routing;

import fairlead.activity.Watch;
import fairlead.balance.Picker;
import fairlead.telemetry.Metrics.Counter;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of one event loop to endpoints that an aperture has left out for long
 * ({@code spec/client.md} §4.3). Event loop only.
 */
final class Outsiders implements Watch {
  private static final int SWEEP_WINDOWS = 5;
  private static final int UNUSED_WINDOWS = 10;

  private final Loop loop;
  private final Duration window;
  private final Counter expired;
  private List<EndpointNode> nodes = List.of();
  private Picker<EndpointNode> picker = _ -> null;
  private @Nullable Future<?> sweep;

  Outsiders(Loop loop, Duration smoothWindow, Counter expired) {
    this.loop = loop;
    this.window = smoothWindow;
    this.expired = expired;
  }

  /** These are the endpoints now, and {@code next} picks among them. */
  void follow(List<EndpointNode> latest, Picker<EndpointNode> next) {
    nodes = List.copyOf(latest);
    picker = next;
    if (sweep == null) {
      long nanos = window.multipliedBy(SWEEP_WINDOWS).toNanos();
      sweep = loop.executor().scheduleAtFixedRate(this::sweep, nanos, nanos, TimeUnit.NANOSECONDS);
    }
  }

  private void sweep() {
    long now = loop.executor().ticker().nanoTime();
    long unused = window.multipliedBy(UNUSED_WINDOWS).toNanos();
    for (var node : nodes) {
      if (node.isUnused(unused, now) && !picker.reaches(node) && node.streams().closeFree()) {
        expired.increment();
      }
    }
  }

  @Override
  public void close() {
    if (sweep != null) {
      sweep.cancel(false);
    }
  }
}
