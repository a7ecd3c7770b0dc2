package fairlead.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code /admin/shutdown} ({@code spec/admin.md} §8). Add it with {@code addControl}. */
public final class ShutdownPage implements AdminPage {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,9})\\.(nanosecond|microsecond|millisecond|second|minute|hour|day)s?");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "nanosecond", ChronoUnit.NANOS,
          "microsecond", ChronoUnit.MICROS,
          "millisecond", ChronoUnit.MILLIS,
          "second", ChronoUnit.SECONDS,
          "minute", ChronoUnit.MINUTES,
          "hour", ChronoUnit.HOURS,
          "day", ChronoUnit.DAYS);

  private final Duration grace;
  private final Consumer<Duration> shutdown;

  /**
   * @param shutdown told the grace time; returns at once
   */
  public ShutdownPage(Duration grace, Consumer<Duration> shutdown) {
    this.grace = grace;
    this.shutdown = shutdown;
  }

  @Override
  public CompletionStage<AdminResponse> answer(AdminRequest request) {
    if (!request.method().equals(HttpMethod.POST)) {
      return AdminResponse.notAllowed("POST").now();
    }
    String asked = request.param("grace");
    Duration given = asked == null ? grace : duration(asked);
    if (given == null) {
      return AdminResponse.of(
              HttpResponseStatus.BAD_REQUEST,
              AdminResponse.TEXT,
              "could not parse 'grace' parameter: " + asked + " is not a valid duration")
          .now();
    }
    shutdown.accept(given);
    return AdminResponse.text("quitting\n").now();
  }

  /** {@code 10.seconds} or {@code 1.minute+30.seconds}; null when it is neither. */
  static @Nullable Duration duration(String text) {
    Duration sum = Duration.ZERO;
    for (String part : text.split("\\+", -1)) {
      var matcher = PART.matcher(part.strip());
      if (!matcher.matches()) {
        return null;
      }
      var unit = UNITS.get(matcher.group(2));
      sum = sum.plus(Duration.of(Long.parseLong(matcher.group(1)), unit));
    }
    return sum;
  }
}
