package fairlead.balance;

import fairlead.naming.Endpoint;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Points on a circle, each of which belongs to an endpoint: an endpoint that comes or goes moves
 * only the keys next to its own points (Karger et al., "Consistent Hashing and Random Trees"). The
 * same set gives the same ring in every process. Immutable.
 */
public final class Ring {
  private static final int POINTS = 128;
  private static final int MOST_POINTS = 8 * POINTS;

  private final long[] points;
  private final int[] owners;

  private Ring(long[] points, int[] owners) {
    this.points = points;
    this.owners = owners;
  }

  private record Point(long at, int owner) {}

  /** The ring of {@code endpoints}; how many points one has is in proportion to its weight. */
  public static Ring of(List<Endpoint> endpoints) {
    double mean = endpoints.stream().mapToDouble(Endpoint::weight).average().orElse(1);
    var all =
        IntStream.range(0, endpoints.size())
            .boxed()
            .flatMap(
                i -> {
                  long seed = Hashing.of(endpoints.get(i).show());
                  int count = (int) Math.round(POINTS * endpoints.get(i).weight() / mean);
                  return IntStream.range(0, Math.clamp(count, 1, MOST_POINTS))
                      .mapToObj(n -> new Point(Hashing.mix(seed + n), i));
                })
            .sorted(Comparator.comparingLong(Point::at).thenComparingInt(Point::owner))
            .toList();
    return new Ring(
        all.stream().mapToLong(Point::at).toArray(), all.stream().mapToInt(Point::owner).toArray());
  }

  int size() {
    return points.length;
  }

  /** The place of the first point at or after {@code key}. */
  int find(long key) {
    int found = Arrays.binarySearch(points, key);
    return found >= 0 ? found : -found - 1;
  }

  /** Whose the point at {@code place} is, counted around the circle: its number in the list. */
  int owner(int place) {
    return owners[place % owners.length];
  }
}
