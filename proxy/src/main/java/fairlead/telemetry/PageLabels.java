package fairlead.telemetry;

import fairlead.telemetry.Place.Label;
import java.util.List;

/**
 * Labels as OpenMetrics and Prometheus' text have them, escaped. What stands at one place of the
 * tree has the same ones, and shares their text.
 */
final class PageLabels {
  private List<Label> latest = List.of();
  private String text = "";

  /** In braces, or empty when there are none. */
  String of(List<Label> labels) {
    if (!labels.equals(latest)) {
      latest = labels;
      text = write(labels);
    }
    return text;
  }

  /**
   * The same with a quantile behind them.
   *
   * @param quantile empty for none
   */
  String of(List<Label> labels, String quantile) {
    String all = of(labels);
    if (quantile.isEmpty()) {
      return all;
    }
    String before = all.isEmpty() ? "{" : all.substring(0, all.length() - 1) + ",";
    return before + "quantile=\"" + quantile + "\"}";
  }

  private static String write(List<Label> labels) {
    if (labels.isEmpty()) {
      return "";
    }
    var all = new StringBuilder("{");
    for (var label : labels) {
      all.append(all.length() == 1 ? "" : ",").append(label.key()).append("=\"");
      all.append(escaped(label.value())).append('"');
    }
    return all.append('}').toString();
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
