package fairlead.telemetry;

import java.util.IdentityHashMap;
import java.util.List;

/**
 * Tells what histograms recorded since it was last asked, beside the windows that pages show, and
 * at no cost to who records. One thread at a time.
 */
public final class Samples {
  private final MetricsNode root;
  private IdentityHashMap<Histogram, Histogram.Position> positions = new IdentityHashMap<>();

  Samples(MetricsNode root) {
    this.root = root;
  }

  /** Is told of one histogram. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Something was recorded.
     *
     * @param path the names from the root down
     */
    void recorded(List<String> path, Batch batch);
  }

  /** Tells {@code sink} of every histogram in which something was recorded. */
  public void each(Sink sink) {
    var known = new IdentityHashMap<Histogram, Histogram.Position>();
    root.histograms(
        List.of(),
        (path, histogram) -> {
          var position = positions.getOrDefault(histogram, new Histogram.Position());
          known.put(histogram, position);
          var batch = histogram.since(position);
          if (batch != null) {
            sink.recorded(path, batch);
          }
        });
    positions = known;
  }
}
