package fairlead.balance;

import fairlead.activity.Watch;
import fairlead.telemetry.LoopAdder;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * How wide an aperture is: one endpoint wider when each of those inside has too much to do on
 * average, one narrower when it has too little ({@code spec/client.md} §4.3). Any thread; when
 * several change the load at once, one of them does the arithmetic for all.
 */
public final class ApertureControl implements Watch {
  private final double smoothNanos;
  private final double lowLoad;
  private final double highLoad;
  private final int least;
  private final LongSupplier nanos;
  private final LoopAdder total = new LoopAdder();
  private final AtomicBoolean working = new AtomicBoolean();
  private final Counter widen;
  private final Counter narrow;
  private final List<Watch> gauges;

  /** Written by who holds {@code working}, read by any thread. */
  private volatile int width = 1;

  private volatile int size;
  private volatile double average = Double.NaN;
  private long stamp;

  /**
   * An aperture of one endpoint.
   *
   * @param nanos the time
   * @param metrics the scope {@code loadbalancer}
   */
  ApertureControl(BalancerConfig.Aperture config, LongSupplier nanos, Metrics metrics) {
    this.smoothNanos = config.smoothWindow().toNanos();
    this.lowLoad = config.lowLoad();
    this.highLoad = config.highLoad();
    this.least = config.minAperture();
    this.nanos = nanos;
    var band = metrics.scope("loadband");
    this.widen = band.counter("widen");
    this.narrow = band.counter("narrow");
    this.gauges =
        List.of(
            metrics.gauge("logical_aperture", this::width),
            metrics.gauge("physical_aperture", () -> Math.min(width, Math.max(1, size))),
            metrics.gauge("use_deterministic_ordering", () -> 0),
            band.gauge("offered_load_ema", () -> Double.isNaN(average) ? 0 : average));
  }

  /** How many endpoints may be used. */
  int width() {
    return width;
  }

  /** There are so many endpoints now. */
  void among(int endpoints) {
    size = endpoints;
    clamp();
  }

  /** One session more, or one less. Any thread. */
  public void change(int delta) {
    total.add(delta);
    if (!working.compareAndSet(false, true)) {
      return;
    }
    try {
      adjust(total.sum());
    } finally {
      working.set(false);
    }
  }

  private void adjust(long offered) {
    long now = nanos.getAsLong();
    double weight = Math.exp(-Math.max(0, now - stamp) / smoothNanos);
    double before = average;
    double ema = Double.isNaN(before) ? offered : offered * (1 - weight) + before * weight;
    stamp = now;
    average = ema;
    int wide = width;
    double each = ema / wide;
    if (each >= highLoad && wide < size) {
      width = wide + 1;
      widen.increment();
    } else if (each <= lowLoad && wide > Math.min(least, size)) {
      width = wide - 1;
      narrow.increment();
    }
  }

  @SuppressWarnings("NonAtomicOperationOnVolatileField") // a lost step is made again by the load
  private void clamp() {
    width = Math.clamp(width, Math.max(1, Math.min(least, size)), Math.max(1, size));
  }

  @Override
  public void close() {
    gauges.forEach(Watch::close);
  }
}
