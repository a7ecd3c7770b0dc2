package fairlead.client;

import fairlead.config.Block;
import fairlead.config.Kinds;
import fairlead.retry.RetryReader;

/**
 * Checks {@code failureAccrual} ({@code spec/config.md} §9.4), of which only {@code none} is built.
 */
final class FailureAccrualKeys {
  private static final Kinds<Boolean> KINDS =
      Kinds.<Boolean>of("failure accrual")
          .built("none", _ -> true)
          .notBuilt(
              "io.l5d.consecutiveFailures",
              b -> {
                required(b, "failures");
                var _ = RetryReader.backoff(b, "backoff");
              })
          .notBuilt(
              "io.l5d.successRate",
              b -> {
                rate(b);
                required(b, "requests");
                var _ = RetryReader.backoff(b, "backoff");
              })
          .notBuilt(
              "io.l5d.successRateWindowed",
              b -> {
                rate(b);
                required(b, "window");
                var _ = RetryReader.backoff(b, "backoff");
              });

  private FailureAccrualKeys() {}

  static void check(Block client) {
    Block accrual = client.block("failureAccrual");
    if (accrual != null) {
      KINDS.read(accrual);
    }
  }

  private static void required(Block block, String key) {
    block.integer(key, 1, Integer.MAX_VALUE);
    if (!block.has(key)) {
      block.missing(key, "write a whole number of at least 1");
    }
  }

  private static void rate(Block block) {
    block.number("successRate", 1, 0, 1);
    if (!block.has("successRate")) {
      block.missing("successRate", "write a share from 0.0 to 1.0");
    }
  }
}
