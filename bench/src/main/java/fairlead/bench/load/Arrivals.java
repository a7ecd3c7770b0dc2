package fairlead.bench.load;

import java.util.random.RandomGenerator;

/** When requests are due: a Poisson process, as of many callers who know nothing of each other. */
final class Arrivals {
  private final RandomGenerator random;
  private final double meanGap;
  private double next;

  /**
   * @param start nanoseconds, of any clock
   * @param rate requests a second
   */
  Arrivals(RandomGenerator random, long start, double rate) {
    this.random = random;
    this.meanGap = 1e9 / rate;
    this.next = start;
    advance();
  }

  /** When the next request is due; nanoseconds of the same clock. */
  long next() {
    return (long) next;
  }

  void advance() {
    next += random.nextExponential() * meanGap;
  }
}
