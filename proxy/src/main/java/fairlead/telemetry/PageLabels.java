package fairlead.telemetry;

import fairlead.telemetry.Place.Label;
import java.util.List;

/** Labels as OpenMetrics and Prometheus' text have them, escaped. */
final class PageLabels {
  private PageLabels() {}

  /** In braces, or empty when there are none. */
  static String of(List<Label> labels) {
    return of(labels, "");
  }

  /**
   * The same with a quantile behind them.
   *
   * @param quantile empty for none
   */
  static String of(List<Label> labels, String quantile) {
    if (labels.isEmpty() && quantile.isEmpty()) {
      return "";
    }
    var all = new StringBuilder("{");
    for (var label : labels) {
      all.append(all.length() == 1 ? "" : ",").append(label.key()).append("=\"");
      all.append(escaped(label.value())).append('"');
    }
    if (!quantile.isEmpty()) {
      all.append(all.length() == 1 ? "" : ",").append("quantile=\"").append(quantile).append('"');
    }
    return all.append('}').toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
