package fairlead.telemetry;

import java.util.Map;

/** How metrics are called on the pages of {@code io.l5d.prometheus} (decision 33). */
public enum MetricNaming {
  /** As Linkerd calls them: {@link PrometheusPage}, {@link OpenMetricsPage}. */
  LINKERD,

  /** As Prometheus' conventions want it: {@link ConventionalPage}. */
  CONVENTIONAL;

  /** By the words of the configuration and of the parameter {@code names}. */
  public static final Map<String, MetricNaming> BY_WORD =
      Map.of("linkerd", LINKERD, "conventional", CONVENTIONAL);
}
