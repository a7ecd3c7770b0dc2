package fairlead.balance.accrual;

/**
 * An average in which a sample weighs the less the longer ago it was ({@code spec/client.md} §7).
 * One thread at a time.
 */
final class MovingAverage {
  private final double meanLife;
  private double value;
  private boolean empty = true;

  /**
   * Of nothing.
   *
   * @param meanLife after so long a sample weighs 1 ÷ e
   */
  MovingAverage(double meanLife) {
    this.meanLife = meanLife;
  }

  /** Adds a sample that came so long after the last one; the first one sets the value. */
  double add(double sample, double elapsed) {
    double weight = Math.exp(-elapsed / meanLife);
    value = empty ? sample : sample * (1 - weight) + value * weight;
    empty = false;
    return value;
  }

  double value() {
    return value;
  }

  void reset() {
    empty = true;
    value = 0;
  }
}
