package fairlead.telemetry.access;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.TimeUnit;

/** A time of the day as text, made once a second. One thread. */
final class SecondText {
  private final DateTimeFormatter format;
  private long second = Long.MIN_VALUE;
  private String text = "";

  SecondText(DateTimeFormatter format, ZoneId zone) {
    this.format = format.withZone(zone);
  }

  /** The second of {@code millis} since the epoch. */
  String of(long millis) {
    long now = TimeUnit.MILLISECONDS.toSeconds(millis);
    if (now != second) {
      second = now;
      text = format.format(Instant.ofEpochSecond(now));
    }
    return text;
  }
}
