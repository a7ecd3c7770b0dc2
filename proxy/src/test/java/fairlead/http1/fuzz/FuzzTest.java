package fairlead.http1.fuzz;

import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * The codec accepts exactly what the oracle accepts, with the same meaning, however it is cut. One
 * minute in the build; {@code -Dfairlead.fuzz=4h} for longer, with seeds of its own each time; a
 * failure says how to have that case alone.
 */
class FuzzTest {
  private static final String TIME = "fairlead.fuzz";
  private static final String SEED = "fairlead.fuzz.seed";

  @Test
  void theCodecAgreesWithASecondParser() {
    Long single = Long.getLong(SEED);
    if (single != null) {
      check(single);
      return;
    }
    String time = System.getProperty(TIME);
    long nanos = duration(time == null ? "1m" : time).toNanos();
    long first = time == null ? 1 : System.currentTimeMillis() * 1_000_000;
    long start = System.nanoTime();
    long seed = first;
    while (System.nanoTime() - start < nanos) {
      check(seed++);
    }
    System.out.printf(
        Locale.ROOT,
        "fuzz: %d cases in %d s, seeds from %d%n",
        seed - first,
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
        first);
  }

  private static void check(long seed) {
    var fuzz = new Fuzz();
    Case input = Case.of(seed);
    String complaint = fuzz.complaint(input);
    if (complaint != null) {
      Case least = fuzz.shrunk(input);
      fail(
          "-D%s=%d%n%s%n%s%nshrunk to %s%n%s",
          SEED, seed, input, complaint, least, fuzz.complaint(least));
    }
  }

  /** {@code 90s}, {@code 5m}, {@code 4h}. */
  private static Duration duration(String text) {
    return Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
  }
}
