package fairlead.telemetry.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RollPolicyTest {
  @Test
  void isReadWhateverTheCase() {
    assertThat(RollPolicy.parse("Never")).isEqualTo(new RollPolicy.Never());
    assertThat(RollPolicy.parse("HOURLY")).isEqualTo(new RollPolicy.Hourly());
    assertThat(RollPolicy.parse("daily")).isEqualTo(new RollPolicy.Daily());
    assertThat(RollPolicy.parse("weekly(7)")).isEqualTo(new RollPolicy.Weekly(7));
    assertThat(RollPolicy.parse("sighup")).isEqualTo(new RollPolicy.SigHup());
    assertThat(RollPolicy.parse("1.byte")).isEqualTo(new RollPolicy.MaxSize(1));
    assertThat(RollPolicy.parse("3.megabytes")).isEqualTo(new RollPolicy.MaxSize(3 << 20));
    assertThat(RollPolicy.parse("99.exabytes")).isEqualTo(new RollPolicy.MaxSize(Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "weekly", "weekly(0)", "weekly(8)", "3megabytes", "3.mb", "big"})
  void isNothingElse(String text) {
    assertThat(RollPolicy.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "hourly,    2026-01-31T23:59:59Z,                       PT1S",
    "hourly,    2026-01-31T12:00:00Z,                       PT1H",
    "daily,     2026-01-31T12:00:00Z,                       PT12H",
    "daily,     2026-03-29T00:00:00+01:00[Europe/Berlin],   PT23H", // an hour is left out
    "weekly(1), 2026-01-31T12:00:00Z,                       PT12H", // a Saturday
    "weekly(7), 2026-01-31T12:00:00Z,                       PT156H", // never the same day
    "weekly(2), 2026-02-01T00:00:00Z,                       PT24H"
  })
  void endsAtTheNextHourOrMidnight(String policy, ZonedDateTime opened, Duration life) {
    assertThat(parsed(policy).life(opened)).isEqualTo(life);
  }

  private static RollPolicy parsed(String text) {
    return Objects.requireNonNull(RollPolicy.parse(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "sighup", "3.bytes"})
  void timeHasNoSay(String policy) {
    assertThat(parsed(policy).life(ZonedDateTime.parse("2026-01-31T12:00:00Z"))).isNull();
  }
}
