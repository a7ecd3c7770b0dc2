package fairlead.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * {@code grpc-timeout}: one to eight digits and a unit (gRPC over HTTP/2, "Timeout"). Any thread.
 */
public final class GrpcTimeout {
  private static final long MOST = 99_999_999;
  private static final int MOST_DIGITS = 8;

  /** 146 years are for ever. */
  private static final long MOST_NANOS = Long.MAX_VALUE / 2;

  /** From the finest to the coarsest. */
  private static final Unit[] UNITS = {
    new Unit('n', 1),
    new Unit('u', 1_000),
    new Unit('m', 1_000_000),
    new Unit('S', 1_000_000_000),
    new Unit('M', 60_000_000_000L),
    new Unit('H', 3_600_000_000_000L)
  };

  private record Unit(char letter, long nanos) {}

  private GrpcTimeout() {}

  /** The time that {@code value} says, or null when it is none. */
  public static @Nullable Duration parse(String value) {
    int digits = value.length() - 1;
    if (digits < 1 || digits > MOST_DIGITS) {
      return null;
    }
    long amount = 0;
    for (int i = 0; i < digits; i++) {
      int digit = value.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      amount = amount * 10 + digit;
    }
    for (var unit : UNITS) {
      if (unit.letter == value.charAt(digits)) {
        return Duration.ofNanos(Math.min(amount, MOST_NANOS / unit.nanos) * unit.nanos);
      }
    }
    return null;
  }

  /**
   * Of {@code nanos}, at least 0, in the finest unit that has the room; never more than is left.
   */
  public static String show(long nanos) {
    for (var unit : UNITS) {
      long amount = nanos / unit.nanos;
      if (amount <= MOST) {
        return Long.toString(amount) + unit.letter;
      }
    }
    return MOST + "H";
  }
}
