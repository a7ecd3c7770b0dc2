package fairlead.telemetry;

import java.time.Duration;

/**
 * The block {@code metrics}, which is ours. Immutable.
 *
 * @param window after which histograms are summarised and begin anew
 * @param maxPerScope names directly below one scope, beyond which others share one
 * @param endpoints whether pages show each endpoint without being asked to
 */
public record MetricsConfig(Duration window, int maxPerScope, boolean endpoints) {
  /** {@code spec/telemetry.md} §1. */
  public static final MetricsConfig DEFAULT =
      new MetricsConfig(Duration.ofMinutes(1), 10_000, false);
}
