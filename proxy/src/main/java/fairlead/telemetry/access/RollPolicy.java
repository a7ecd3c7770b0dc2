package fairlead.telemetry.access;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** When a log file is put aside and a new one begun. Immutable. */
public sealed interface RollPolicy {
  /** Grows for ever. */
  record Never() implements RollPolicy {}

  record Hourly() implements RollPolicy {}

  /** At midnight. */
  record Daily() implements RollPolicy {}

  /**
   * At the midnight that begins a day.
   *
   * @param day 1 for Sunday to 7 for Saturday
   */
  record Weekly(int day) implements RollPolicy {}

  /** Somebody else moves the file away; SIGHUP has a new one opened in its place. */
  record SigHup() implements RollPolicy {}

  /** Before a line that would make the file longer. */
  record MaxSize(long bytes) implements RollPolicy {}

  /** The policy that {@code text} says, whatever the case; null when it says none. */
  static @Nullable RollPolicy parse(String text) {
    String word = text.toLowerCase(Locale.ROOT);
    return switch (word) {
      case "never" -> new Never();
      case "hourly" -> new Hourly();
      case "daily" -> new Daily();
      case "sighup" -> new SigHup();
      default ->
          word.matches("weekly\\([1-7]\\)")
              ? new Weekly(word.charAt("weekly(".length()) - '0')
              : Sizes.parse(word);
    };
  }

  /** How long after {@code opened} the file is put aside; null when time has no say. */
  default @Nullable Duration life(ZonedDateTime opened) {
    ZonedDateTime end =
        switch (this) {
          case Never _, SigHup _, MaxSize _ -> null;
          case Hourly _ -> opened.truncatedTo(ChronoUnit.HOURS).plusHours(1);
          case Daily _ -> midnight(opened, 1);
          case Weekly(int day) -> midnight(opened, daysUntil(day, opened));
        };
    return end == null ? null : Duration.between(opened, end);
  }

  /** What marks the name of a file that was opened then and is put aside: a date pattern. */
  default String mark() {
    return switch (this) {
      case Never _, SigHup _ -> "yyyy";
      case Hourly _ -> "yyyyMMdd-HH";
      case Daily _, Weekly _ -> "yyyyMMdd";
      case MaxSize _ -> "yyyyMMdd-HHmmss";
    };
  }

  private static ZonedDateTime midnight(ZonedDateTime from, int days) {
    return from.toLocalDate().plusDays(days).atStartOfDay(from.getZone());
  }

  /** 1 to 7: never the same day. */
  private static int daysUntil(int day, ZonedDateTime from) {
    int today = from.getDayOfWeek().getValue() % 7 + 1; // Sunday is 1 here, and 7 there
    return Math.floorMod(day - today - 1, 7) + 1;
  }

  /** Sizes such as {@code 3.megabytes}; a thousand is 1024. */
  final class Sizes {
    private static final Pattern SIZE =
        Pattern.compile("([0-9]{1,15})\\.(bytes?|(kilo|mega|giga|tera|peta|exa)bytes?)");
    private static final List<String> UNITS =
        List.of("", "kilo", "mega", "giga", "tera", "peta", "exa");

    private Sizes() {}

    private static @Nullable RollPolicy parse(String word) {
      var size = SIZE.matcher(word);
      if (!size.matches()) {
        return null;
      }
      int power = UNITS.indexOf(size.group(3) == null ? "" : size.group(3));
      long number = Long.parseLong(size.group(1));
      long unit = 1L << (10 * power);
      return new MaxSize(number > Long.MAX_VALUE / unit ? Long.MAX_VALUE : number * unit);
    }
  }
}
