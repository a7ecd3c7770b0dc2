package fairlead.balance.concurrency;

import fairlead.config.Block;
import org.jspecify.annotations.Nullable;

/** Reads {@code adaptiveConcurrency} of a client; not of Linkerd. */
public final class ConcurrencyConfigReader {
  private ConcurrencyConfigReader() {}

  /** What the block says, or null when it turns limits off. */
  public static @Nullable ConcurrencyConfig read(Block block) {
    var usual = ConcurrencyConfig.DEFAULT;
    boolean enabled = block.flag("enabled", true);
    int most = block.integer("maxLimit", usual.maxLimit(), 1, Integer.MAX_VALUE);
    int least = block.integer("minLimit", Math.min(usual.minLimit(), most), 1, Integer.MAX_VALUE);
    if (least > most) {
      block.fault("minLimit", least + " is above 'maxLimit', " + most + "; lower it");
      least = most;
    }
    int usualInitial = Math.clamp(usual.initialLimit(), least, most);
    int initial = block.integer("initialLimit", usualInitial, 1, Integer.MAX_VALUE);
    if (initial < least || initial > most) {
      String range = least + " to " + most;
      block.fault("initialLimit", initial + " is not between the limits; use " + range);
      initial = usualInitial;
    }
    var config =
        new ConcurrencyConfig(
            least,
            initial,
            most,
            block.number("tolerance", usual.tolerance(), 1, 100),
            block.millis("windowMs", usual.window(), 1),
            block.millis("baselineMs", usual.baselineAge(), 1));
    block.end();
    return enabled ? config : null;
  }
}
