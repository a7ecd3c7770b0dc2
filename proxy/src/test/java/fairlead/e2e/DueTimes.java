package fairlead.e2e;

/**
 * When the requests of a load are due: at even distances, after a rate that rises evenly from
 * nothing. Immutable.
 *
 * @param riseSeconds 0 for the whole rate from the start
 */
record DueTimes(double perSecond, double riseSeconds) {
  private static final double NANOS = 1e9;

  /** Nanoseconds from the start to the request of this number, of which 0 is the first. */
  long of(long number) {
    double ofTheRise = perSecond * riseSeconds / 2;
    double seconds =
        number < ofTheRise
            ? Math.sqrt(2 * number * riseSeconds / perSecond)
            : riseSeconds + (number - ofTheRise) / perSecond;
    return (long) (seconds * NANOS);
  }
}
