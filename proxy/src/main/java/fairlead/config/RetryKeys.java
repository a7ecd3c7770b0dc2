package fairlead.config;

import org.jspecify.annotations.Nullable;

/** Checks budgets and back-offs ({@code spec/config.md} §9.4, §9.5), which are not built yet. */
public final class RetryKeys {
  private static final Kinds<Boolean> BACKOFFS =
      Kinds.<Boolean>of("back-off")
          .built("constant", b -> b.integer("ms", 0, 0, Integer.MAX_VALUE) == 0)
          .built("jittered", RetryKeys::jittered);

  private RetryKeys() {}

  /** Checks the budget under {@code key}; one that says the defaults is as good as none. */
  public static void budget(Block in, String key) {
    Block budget = in.block(key);
    if (budget == null) {
      return;
    }
    budget.only("ttlSecs", budget.integer("ttlSecs", 10, 1, 60), 10);
    int reserve = budget.integer("minRetriesPerSec", 10, 0, Integer.MAX_VALUE);
    budget.only("minRetriesPerSec", reserve, 10);
    budget.only("percentCanRetry", budget.number("percentCanRetry", 0.2, 0, 1000), 0.2);
    budget.end();
  }

  /** Checks a back-off; whether it is absent or says not to wait. */
  public static boolean isImmediate(@Nullable Block backoff) {
    if (backoff == null) {
      return true;
    }
    Boolean immediate = BACKOFFS.read(backoff);
    return immediate == null || immediate;
  }

  private static boolean jittered(Block block) {
    int least = required(block, "minMs");
    int most = required(block, "maxMs");
    if (least > most) {
      block.fault("minMs", least + " is above 'maxMs', " + most + "; lower it");
    }
    return false;
  }

  private static int required(Block block, String key) {
    Integer value = block.integer(key, 1, Integer.MAX_VALUE);
    if (!block.has(key)) {
      block.missing(key, "write milliseconds");
    }
    return value == null ? key.equals("minMs") ? 0 : Integer.MAX_VALUE : value;
  }
}
