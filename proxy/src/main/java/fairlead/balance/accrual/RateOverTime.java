package fairlead.balance.accrual;

import java.time.Duration;
import java.util.Locale;

/**
 * A success rate over a window of time ({@code spec/client.md} §7, {@code
 * io.l5d.successRateWindowed}). Every request changes it, so every request takes its lock.
 */
final class RateOverTime implements FailurePolicy {
  private static final int LEAST_REQUESTS = 5;
  private static final double NANOS_PER_MILLI = 1e6;

  private final double required;
  private final long windowNanos;
  private final MovingAverage rate;
  private final WindowedCount requests;
  private long began;
  private long last;

  RateOverTime(double required, Duration window, long now) {
    this.required = required;
    this.windowNanos = window.toNanos();
    this.rate = new MovingAverage(window.toMillis());
    this.requests = new WindowedCount(windowNanos);
    this.began = now;
    this.last = now;
  }

  @Override
  public synchronized void success(long now) {
    add(1, now);
  }

  @Override
  public synchronized boolean failure(long now) {
    return add(0, now) < required
        && now - began >= windowNanos
        && requests.sum(now) >= LEAST_REQUESTS;
  }

  private double add(double sample, long now) {
    requests.add(now);
    double elapsed = Math.max(0, now - last) / NANOS_PER_MILLI;
    last = now;
    return rate.add(sample, elapsed);
  }

  @Override
  public synchronized void revived(long now) {
    rate.reset();
    began = now;
  }

  @Override
  public synchronized String reason() {
    return describe(rate.value(), required);
  }

  static String describe(double rate, double required) {
    return String.format(Locale.ROOT, "success rate %.3f is below %s", rate, required);
  }
}
