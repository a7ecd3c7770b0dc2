package fairlead.balance.concurrency;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many requests one endpoint bears at a time, for all event loops. Once a window the mean
 * latency is held against the baseline, which is what the endpoint takes when nothing waits: the
 * limit is multiplied by {@code tolerance × baseline ÷ mean}, at most 1, and gets some headroom,
 * its square root, so that a limit that is too low is found out (the gradient of Netflix's
 * concurrency-limits and of Envoy's adaptive concurrency).
 *
 * <p>The baseline is a long-term minimum. It goes down half-way to each lower mean, up only to what
 * is measured with next to nothing in progress; where load never leaves such a moment it is made,
 * once the baseline is too old, by a limit at its minimum for some requests (as BBR probes for
 * round-trip times).
 *
 * <p>Any thread. A loop writes its own cell; one of them does the arithmetic for all.
 */
public final class ConcurrencyLimit {
  /** A mean of fewer latencies says little. */
  static final int LEAST_SAMPLES = 30;

  /** In one step a limit falls to this share of itself, not deeper. */
  private static final double LEAST_GRADIENT = 0.5;

  /** A measurement with a limit at its minimum is given up after so many windows. */
  private static final int PROBE_WINDOWS = 10;

  /** By so much at most, up and down, measurements of different endpoints come apart. */
  private static final double JITTER = 0.15;

  /** From cell to cell, so that no two loops write the same cache line. */
  private static final int STRIDE = 16;

  private final ConcurrencyConfig config;
  private final long windowNanos;
  private final long ageNanos;
  private final int loops;

  /** For each loop how many latencies it saw, and behind it their sum in nanoseconds. */
  private final AtomicLongArray cells;

  private final AtomicBoolean working = new AtomicBoolean();

  /**
   * Guarded by {@code working}, as is all up to {@code starting}: sums at the last window's end.
   */
  private long countBefore;

  private long nanosBefore;
  private double learnt;
  private long baselineSince;
  private boolean probing;

  /** No queue was seen yet: the limit doubles. */
  private boolean starting = true;

  /** Written under {@code working}, read by any thread. */
  private volatile int limit;

  private volatile double baseline = Double.NaN;
  private volatile long windowEnd;

  /** What began before it does not count. */
  private volatile long notBefore;

  /** In progress at once in this window; a lost write is made up by the next request. */
  private volatile int most;

  /**
   * Nothing is known yet.
   *
   * @param loops how many event loops there are
   * @param seed of the jitter
   * @param now the ticker
   */
  public ConcurrencyLimit(ConcurrencyConfig config, int loops, long seed, long now) {
    this.config = config;
    this.windowNanos = config.window().toNanos();
    double share = (seed & 0xFFFF) / (double) 0xFFFF;
    this.ageNanos = Math.round(config.baselineAge().toNanos() * (1 - JITTER + 2 * JITTER * share));
    this.loops = loops;
    this.cells = new AtomicLongArray((loops + 1) * STRIDE);
    this.learnt = config.initialLimit();
    this.limit = config.initialLimit();
    this.windowEnd = now + windowNanos;
    this.notBefore = now;
  }

  /** Requests that may be in progress at a time. */
  public int limit() {
    return limit;
  }

  /** What it takes when nothing waits; zero while that is not known. */
  public Duration baseline() {
    double known = baseline;
    return Double.isNaN(known) ? Duration.ZERO : Duration.ofNanos(Math.round(known));
  }

  /** A request was let in, the last of so many. */
  public void admitted(int inProgress) {
    if (inProgress > most) {
      most = inProgress;
    }
  }

  /**
   * An attempt was answered, or given up, after {@code took} nanoseconds. That loop only.
   *
   * @param served else it says something only when it took longer than the baseline: errors are
   *     quick, and what was given up would have taken longer still
   */
  public void observe(int loop, long took, boolean served, long now) {
    if (now - took - notBefore >= 0 && (served || took > baseline)) {
      int cell = (loop + 1) * STRIDE;
      cells.setOpaque(cell, cells.getOpaque(cell) + 1);
      cells.setOpaque(cell + 1, cells.getOpaque(cell + 1) + took);
    }
    if (now - windowEnd >= 0 && working.compareAndSet(false, true)) {
      try {
        endWindow(now);
      } finally {
        working.set(false);
      }
    }
  }

  private void endWindow(long now) {
    long count = sum(0) - countBefore;
    if (count >= LEAST_SAMPLES) {
      double mean = (double) (sum(1) - nanosBefore) / count;
      step(mean, most, now);
      beginWindow(probing ? now : now + windowNanos);
    } else if (probing && now - notBefore >= PROBE_WINDOWS * windowNanos) {
      endProbe(now);
      beginWindow(now + windowNanos);
    }
  }

  private long sum(int offset) {
    long sum = 0;
    for (int i = 1; i <= loops; i++) {
      sum += cells.getOpaque(i * STRIDE + offset);
    }
    return sum;
  }

  private void beginWindow(long end) {
    countBefore = sum(0);
    nanosBefore = sum(1);
    most = 0;
    windowEnd = end;
  }

  private void step(double mean, int inProgress, long now) {
    if (probing) {
      baseline = mean;
      endProbe(now);
      return;
    }
    learnBaseline(mean, inProgress, now);
    if (inProgress * 2 < learnt) {
      return; // it is not the limit that keeps the load low
    }
    if (now - baselineSince >= ageNanos) {
      beginProbe(now);
      return;
    }
    double gradient = Math.clamp(config.tolerance() * baseline / mean, LEAST_GRADIENT, 1);
    starting &= gradient == 1;
    double next = starting ? 2 * learnt : learnt * gradient + Math.sqrt(learnt);
    learnt = Math.clamp(next, config.minLimit(), config.maxLimit());
    limit = (int) learnt;
  }

  private void learnBaseline(double mean, int inProgress, long now) {
    double known = baseline;
    if (mean < known) {
      baseline = (known + mean) / 2; // half-way: the least of many means is less than the truth
    } else if (Double.isNaN(known) || inProgress <= config.minLimit()) {
      baseline = mean;
    } else {
      return;
    }
    baselineSince = now;
  }

  private void beginProbe(long now) {
    probing = true;
    notBefore = now;
    limit = config.minLimit();
  }

  private void endProbe(long now) {
    probing = false;
    baselineSince = now;
    limit = (int) learnt;
  }
}
