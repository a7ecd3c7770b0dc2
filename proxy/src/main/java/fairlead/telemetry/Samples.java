package fairlead.telemetry;

import java.util.IdentityHashMap;
import java.util.List;

/**
 * Tells what histograms recorded since it was last asked, beside the windows that pages show, and
 * at no cost to who records. One thread at a time.
 */
public final class Samples {
  private final MetricsNode root;

  /** Shared by all positions, which are moved on one after the other. */
  private final BucketCounts counts = new BucketCounts();

  private IdentityHashMap<Histogram, Histogram.Position> positions = new IdentityHashMap<>();

  Samples(MetricsNode root) {
    this.root = root;
  }

  /** Is told of one histogram. */
  @FunctionalInterface
  public interface Sink {
    /**
     * This was recorded, which may be nothing.
     *
     * @param path the names from the root down
     */
    void recorded(List<String> path, Batch batch);
  }

  /** Tells {@code sink} of every histogram. */
  public void each(Sink sink) {
    var known = new IdentityHashMap<Histogram, Histogram.Position>();
    root.histograms(
        List.of(),
        (path, histogram) -> {
          var before = positions.get(histogram);
          var position = before == null ? new Histogram.Position(counts) : before;
          known.put(histogram, position);
          sink.recorded(path, histogram.since(position));
        });
    positions = known;
  }
}
