package fairlead.balance;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * What one endpoint costs: an average of round trips that rises at once and falls slowly ({@code
 * spec/client.md} §4.2). Each event loop keeps the average of what it saw; all of them see the
 * greatest of these. Any thread.
 */
public final class PeakEwma {
  /** The cost of an endpoint that is being tried and has no history yet. */
  static final double PENALTY = (1L << 47) - 1;

  private final double decayNanos;
  private final long epoch;

  /**
   * For each loop the bits of ln(cost) + stamp ÷ τ. That does not change while the cost decays, so
   * that the greatest cost is the greatest of these at any time.
   */
  private final AtomicLongArray keys;

  /**
   * Costs nothing yet.
   *
   * @param loops how many event loops there are
   * @param now the ticker
   */
  public PeakEwma(Duration decayTime, int loops, long now) {
    this.decayNanos = decayTime.toNanos();
    this.epoch = now;
    this.keys = new AtomicLongArray(loops);
    for (int i = 0; i < loops; i++) {
      keys.set(i, Double.doubleToRawLongBits(Double.NEGATIVE_INFINITY));
    }
  }

  /** What one event loop saw. That loop only. */
  public final class Part {
    private final int loop;
    private double cost;
    private long stamp = epoch;

    private Part(int loop) {
      this.loop = loop;
    }

    /** A round trip of so many nanoseconds ended now. */
    public void observe(long roundTrip, long now) {
      double weight = Math.exp(-Math.max(now - stamp, 0) / decayNanos);
      cost = roundTrip > cost ? roundTrip : cost * weight + roundTrip * (1 - weight);
      stamp = now;
      double key = Math.log(cost) + (now - epoch) / decayNanos;
      keys.setOpaque(loop, Double.doubleToRawLongBits(key));
    }
  }

  public Part part(int loop) {
    return new Part(loop);
  }

  /** In nanoseconds. */
  double cost(long now) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < keys.length(); i++) {
      greatest = Math.max(greatest, Double.longBitsToDouble(keys.getOpaque(i)));
    }
    return Math.exp(greatest - (now - epoch) / decayNanos);
  }

  /** What is compared, with {@code pending} sessions checked out. */
  public double load(int pending, long now) {
    double cost = cost(now);
    return cost == 0 && pending != 0 ? PENALTY + pending : cost * (pending + 1);
  }
}
