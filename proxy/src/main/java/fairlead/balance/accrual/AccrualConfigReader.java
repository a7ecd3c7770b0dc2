package fairlead.balance.accrual;

import fairlead.config.Block;
import fairlead.config.Kinds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads {@code failureAccrual} ({@code spec/config.md} §9.4). */
public final class AccrualConfigReader {
  private static final Kinds<AccrualConfig> KINDS =
      Kinds.<AccrualConfig>of("failure accrual")
          .built("none", _ -> new AccrualConfig.Never())
          .built(
              "io.l5d.consecutiveFailures",
              b -> new AccrualConfig.ConsecutiveFailures(required(b, "failures"), backoff(b)))
          .built(
              "io.l5d.successRate",
              b -> new AccrualConfig.SuccessRate(rate(b), required(b, "requests"), backoff(b)))
          .built(
              "io.l5d.successRateWindowed",
              b ->
                  new AccrualConfig.SuccessRateWindowed(
                      rate(b), Duration.ofSeconds(required(b, "window")), backoff(b)));

  private static final Kinds<Backoff> BACKOFFS =
      Kinds.<Backoff>of("back-off")
          .built("constant", b -> new Backoff.Constant(b.millis("ms", Duration.ZERO, 0)))
          .built("jittered", AccrualConfigReader::jittered);

  private AccrualConfigReader() {}

  /** What the block says, or null when it says nothing. */
  public static @Nullable AccrualConfig read(@Nullable Block accrual) {
    return accrual == null ? null : KINDS.read(accrual);
  }

  private static Backoff backoff(Block accrual) {
    Block block = accrual.block("backoff");
    Backoff read = block == null ? null : BACKOFFS.read(block);
    return read == null ? Backoff.DEFAULT : read;
  }

  private static Backoff jittered(Block block) {
    int least = required(block, "minMs", "write milliseconds");
    int most = required(block, "maxMs", "write milliseconds");
    if (block.has("minMs") && block.has("maxMs") && least > most) {
      block.fault("minMs", least + " is above 'maxMs', " + most + "; lower it");
    }
    return new Backoff.Jittered(Duration.ofMillis(least), Duration.ofMillis(most));
  }

  private static int required(Block block, String key) {
    return required(block, key, "write a whole number of at least 1");
  }

  private static int required(Block block, String key, String mend) {
    if (!block.has(key)) {
      block.missing(key, mend);
    }
    return block.integer(key, 1, 1, Integer.MAX_VALUE);
  }

  private static double rate(Block block) {
    if (!block.has("successRate")) {
      block.missing("successRate", "write a share from 0.0 to 1.0");
    }
    return block.number("successRate", 1, 0, 1);
  }
}
