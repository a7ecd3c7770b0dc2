package fairlead.retry;

import fairlead.config.Block;
import fairlead.config.Kinds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Reads budgets and back-offs ({@code spec/config.md} §9.4, §9.5). */
public final class RetryReader {
  private static final Kinds<Backoff> BACKOFFS =
      Kinds.<Backoff>of("back-off")
          .built("constant", b -> new Backoff.Constant(b.millis("ms", Duration.ZERO, 0)))
          .built("jittered", RetryReader::jittered);

  private RetryReader() {}

  /** What the block under {@code key} says, or null when there is none. */
  public static @Nullable BudgetConfig budget(Block in, String key) {
    Block block = in.block(key);
    if (block == null) {
      return null;
    }
    var usual = BudgetConfig.DEFAULT;
    var budget =
        new BudgetConfig(
            block.seconds("ttlSecs", usual.ttl(), 1, 60),
            block.integer("minRetriesPerSec", usual.minRetriesPerSec(), 0, Integer.MAX_VALUE),
            block.number("percentCanRetry", usual.percentCanRetry(), 0, 1000));
    block.end();
    return budget;
  }

  /** What the block under {@code key} says, or null when there is none. */
  public static @Nullable Backoff backoff(Block in, String key) {
    Block block = in.block(key);
    return block == null ? null : BACKOFFS.read(block);
  }

  private static Backoff jittered(Block block) {
    Duration least = required(block, "minMs");
    Duration most = required(block, "maxMs");
    if (least.compareTo(most) > 0) {
      block.fault(
          "minMs", least.toMillis() + " is above 'maxMs', " + most.toMillis() + "; lower it");
      return Backoff.immediate();
    }
    return new Backoff.Jittered(least, most);
  }

  private static Duration required(Block block, String key) {
    Duration value = block.millis(key, 1);
    if (!block.has(key)) {
      block.missing(key, "write milliseconds");
    }
    if (value == null) { // a stand-in that is not above, nor below, what the other says
      return Duration.ofMillis(key.equals("minMs") ? 1 : Integer.MAX_VALUE);
    }
    return value;
  }
}
