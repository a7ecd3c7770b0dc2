package fairlead.http;

import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** The wall clock, as deadlines are written by it ({@code spec/http.md} §4.1). */
public final class EpochTime {
  private EpochTime() {}

  /** Nanoseconds since the epoch. */
  public static long nanos() {
    var now = Instant.now();
    return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
  }
}
