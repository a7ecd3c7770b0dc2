package fairlead.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the caller stops caring ({@code spec/http.md} §4.1), in nanoseconds since the epoch.
 *
 * @param timestamp when that was said
 */
public record Deadline(long timestamp, long deadline) {
  /** Beyond this, and before its negative, nothing can be subtracted any more: some 146 years. */
  private static final long MOST = Long.MAX_VALUE / 2;

  /** Nobody sends a request so long after its deadline. */
  private static final long IMPLAUSIBLE = TimeUnit.MINUTES.toNanos(10);

  public Deadline {
    timestamp = Math.clamp(timestamp, -MOST, MOST);
    deadline = Math.clamp(deadline, -MOST, MOST);
  }

  /** As the header has it; null when that is unreadable, and to be ignored (§4.1). */
  public static @Nullable Deadline parse(String value) {
    int space = value.indexOf(' ');
    if (space < 0) {
      return null;
    }
    try {
      return new Deadline(
          Long.parseLong(value.substring(0, space)), Long.parseLong(value.substring(space + 1)));
    } catch (NumberFormatException _) {
      return null;
    }
  }

  /** In so much time from {@code nowNanos} on. */
  public static Deadline in(Duration time, long nowNanos) {
    return new Deadline(nowNanos, nowNanos + time.toNanos());
  }

  /**
   * As it is meant when it arrives at {@code nowNanos}. One that was over minutes ago was said by
   * another clock than ours, or ours has jumped (fault 28): the time that was given counts from
   * now.
   */
  public Deadline arrivedAt(long nowNanos) {
    long given = deadline - timestamp;
    return given >= 0 && nowNanos - deadline > IMPLAUSIBLE
        ? new Deadline(nowNanos, nowNanos + Math.min(given, MOST - nowNanos))
        : this;
  }

  /** The stricter of both. */
  public Deadline combine(Deadline other) {
    return new Deadline(Math.max(timestamp, other.timestamp), Math.min(deadline, other.deadline));
  }

  /** The stricter of both, if there is another one. */
  public Deadline within(@Nullable Deadline other) {
    return other == null ? this : combine(other);
  }

  /**
   * How much time is left, in nanoseconds; none or less when it is over. Never more than there was
   * when it was said: the clock of whoever said it may be ahead of ours.
   */
  public long leftNanos(long nowNanos) {
    long left = deadline - nowNanos;
    return timestamp <= deadline ? Math.min(left, deadline - timestamp) : left;
  }

  /** As the header is written. */
  public String show() {
    return timestamp + " " + deadline;
  }
}
