package fairlead.balance.accrual;

/**
 * A success rate over about so many requests ({@code spec/client.md} §7, {@code
 * io.l5d.successRate}). Every request changes it, so every request takes its lock.
 */
final class RateOverRequests implements FailurePolicy {
  private final double required;
  private final int requests;
  private final MovingAverage rate;
  private int seen;

  RateOverRequests(double required, int requests) {
    this.required = required;
    this.requests = requests;
    this.rate = new MovingAverage(requests);
  }

  @Override
  public synchronized void success(long now) {
    add(1);
  }

  @Override
  public synchronized boolean failure(long now) {
    return add(0) < required && seen >= requests;
  }

  private double add(double sample) {
    seen = Math.min(seen + 1, requests);
    return rate.add(sample, 1);
  }

  @Override
  public synchronized void revived(long now) {
    rate.reset();
    seen = 0;
  }

  @Override
  public synchronized String reason() {
    return RateOverTime.describe(rate.value(), required);
  }
}
