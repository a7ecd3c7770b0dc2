package fairlead.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code grpc-timeout} as gRPC over HTTP/2 writes it, and deadlines (§4.1). */
class GrpcTimeoutTest {
  @ParameterizedTest
  @CsvSource({
    "1H, PT1H",
    "2M, PT2M",
    "3S, PT3S",
    "4m, PT0.004S",
    "5u, PT0.000005S",
    "6n, PT0.000000006S",
    "0S, PT0S",
    "00000010S, PT10S",
    "99999999S, PT27777H46M39S"
  })
  void itIsANumberAndAUnit(String value, Duration expected) {
    assertThat(GrpcTimeout.parse(value)).isEqualTo(expected);
  }

  @Test
  void whatIsTooLongForOurClockIsForEver() {
    assertThat(GrpcTimeout.parse("99999999H")).isGreaterThan(Duration.ofDays(140 * 365));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "S", "1", "1s", "1 S", "-1S", "+1S", "1.5S", "123456789S", "1SS"})
  void anythingElseIsNone(String value) {
    assertThat(GrpcTimeout.parse(value)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0n",
    "99999999, 99999999n",
    "100000000, 100000u",
    "1999999999, 1999999u", // never more than is left
    "100000000000, 100000m",
    "100000000000000, 100000S",
    "9223372036854775807, 153722867M"
  })
  void itIsWrittenInTheFinestUnitThatHasRoom(long nanos, String expected) {
    String shown = GrpcTimeout.show(nanos);
    assertThat(shown).isEqualTo(expected.length() > 9 ? "2562047H" : expected);
    assertThat(shown.length()).isLessThanOrEqualTo(9);
  }

  @Test
  void whatIsLeftIsNeverMoreThanThereWas() {
    assertThat(new Deadline(100, 150).leftNanos(120)).isEqualTo(30);
    assertThat(new Deadline(100, 150).leftNanos(150)).isZero();
    assertThat(new Deadline(100, 150).leftNanos(170)).isEqualTo(-20);
    assertThat(new Deadline(100, 150).leftNanos(10)).isEqualTo(50); // said by a clock ahead
    assertThat(new Deadline(150, 100).leftNanos(10)).isEqualTo(90);
    assertThat(new Deadline(Long.MIN_VALUE, Long.MAX_VALUE).leftNanos(1_700_000_000_000_000_000L))
        .isPositive();
    assertThat(new Deadline(0, Long.MIN_VALUE).leftNanos(1_700_000_000_000_000_000L)).isNegative();
  }

  @Test
  void theStricterOfTwoHasTheLaterTimestampAndTheEarlierEnd() {
    assertThat(new Deadline(5, 90).combine(new Deadline(7, 80))).isEqualTo(new Deadline(7, 80));
    assertThat(new Deadline(7, 80).combine(new Deadline(5, 90))).isEqualTo(new Deadline(7, 80));
    assertThat(new Deadline(5, 90).within(null)).isEqualTo(new Deadline(5, 90));
    assertThat(Deadline.in(Duration.ofNanos(3), 4).show()).isEqualTo("4 7");
  }
}
