package fairlead.telemetry;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Keeps a line out of the log that was there within the last minute. Any thread. */
public final class LogLimit {
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private record Line(long nanos) {}

  /** That was let through; null before the first. */
  private final AtomicReference<@Nullable Line> last = new AtomicReference<>();

  /**
   * Whether to log now. Of several threads at once only one may.
   *
   * @param now in nanoseconds, always of the same clock
   */
  public boolean permits(long now) {
    var before = last.get();
    return (before == null || now - before.nanos >= QUIET_NANOS)
        && last.compareAndSet(before, new Line(now));
  }
}
