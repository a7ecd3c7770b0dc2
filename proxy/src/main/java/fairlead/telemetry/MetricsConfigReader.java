package fairlead.telemetry;

import fairlead.config.Block;
import org.jspecify.annotations.Nullable;

/** Reads {@code metrics}. */
public final class MetricsConfigReader {
  private static final int MOST_NAMES = 1_000_000;

  private MetricsConfigReader() {}

  /** What {@code block} says; the defaults when there is none. */
  public static MetricsConfig read(@Nullable Block block) {
    var usual = MetricsConfig.DEFAULT;
    if (block == null) {
      return usual;
    }
    var read =
        new MetricsConfig(
            block.millis("windowMs", usual.window(), 100),
            block.integer("maxPerScope", usual.maxPerScope(), 10, MOST_NAMES),
            block.flag("endpoints", usual.endpoints()));
    block.end();
    return read;
  }
}
