package fairlead.exchange;

import java.time.Duration;

/** Durations as Linkerd's print: {@code 10.seconds}, {@code 1.minutes+30.seconds}. */
public final class DurationText {
  private DurationText() {}

  /** {@code duration}, at least 0, down to milliseconds. */
  public static String show(Duration duration) {
    if (duration.isZero()) {
      return "0.seconds";
    }
    var parts = new StringBuilder();
    append(parts, duration.toDays(), "days");
    append(parts, duration.toHoursPart(), "hours");
    append(parts, duration.toMinutesPart(), "minutes");
    append(parts, duration.toSecondsPart(), "seconds");
    append(parts, duration.toMillisPart(), "milliseconds");
    return parts.toString();
  }

  private static void append(StringBuilder parts, long amount, String unit) {
    if (amount > 0) {
      parts.append(parts.isEmpty() ? "" : "+").append(amount).append('.').append(unit);
    }
  }
}
