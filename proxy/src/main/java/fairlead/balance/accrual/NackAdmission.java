package fairlead.balance.accrual;

import fairlead.activity.Watch;
import fairlead.exchange.Exchange;
import fairlead.exchange.Failure;
import fairlead.exchange.Filter;
import fairlead.exchange.Outcome;
import fairlead.exchange.Verdict;
import fairlead.telemetry.Metrics;
import fairlead.telemetry.Metrics.Counter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.random.RandomGenerator;

/**
 * Holds a share of the requests back while a client's backends refuse most of them ({@code
 * spec/client.md} §9). Any thread; as long as nothing is refused, an attempt costs one plain write
 * to its loop's own place.
 */
public final class NackAdmission implements Watch {
  private static final double MEAN_LIFE_NANOS = Duration.ofMinutes(2).toNanos();
  private static final long RATE_WINDOW_NANOS = Duration.ofSeconds(1).toNanos();
  private static final int LEAST_RATE = 5;
  private static final double ACCEPT_THRESHOLD = 0.5;
  private static final double MOST_DROPPED = 0.75;

  /** Nearer to 1 than this is taken for 1: nothing was refused for long. */
  private static final double NEARLY_ALL = 1 - 1e-6;

  private final Counter dropped;
  private final Watch gauge;
  private final AtomicBoolean working = new AtomicBoolean();

  /** When each loop ended an attempt last; each is written by its loop alone. */
  private final AtomicLongArray last;

  /** Guarded by {@code working}, as is all below. */
  private final MovingAverage accepted = new MovingAverage(MEAN_LIFE_NANOS);

  private final WindowedCount rate = new WindowedCount(RATE_WINDOW_NANOS);
  private long stamp;

  /** Written under {@code working}, read by any thread. */
  private volatile double acceptRate = 1;

  private volatile double dropProbability;

  /**
   * Everything is accepted.
   *
   * @param loops how many event loops there are
   * @param scope {@code nack_admission_control}
   */
  public NackAdmission(int loops, Metrics scope) {
    this.last = new AtomicLongArray(loops);
    this.dropped = scope.counter("dropped_requests");
    this.gauge = scope.gauge("ema_value", () -> acceptRate);
    accepted.add(1, 0);
  }

  /** What attempts of one event loop pass. */
  public Filter on(int loop, RandomGenerator random) {
    return new Gate(loop, random);
  }

  /** An attempt ended at {@code now}, refused by the backend or not. */
  void ended(int loop, boolean nacked, long now) {
    if ((nacked || acceptRate < 1) && working.compareAndSet(false, true)) {
      try {
        update(nacked, now);
      } finally {
        working.set(false);
      }
    }
    last.setOpaque(loop, now);
  }

  private void update(boolean nacked, long now) {
    long before = acceptRate < 1 ? stamp : latest(now);
    stamp = now;
    rate.add(now);
    double average = accepted.add(nacked ? 0 : 1, (double) Math.max(0, now - before));
    if (average > NEARLY_ALL) {
      accepted.reset();
      average = accepted.add(1, 0);
    }
    acceptRate = average;
    boolean holds = average < ACCEPT_THRESHOLD && rate.sum(now) >= LEAST_RATE;
    dropProbability = holds ? Math.min(MOST_DROPPED, 1 - average / ACCEPT_THRESHOLD) : 0;
  }

  /** When the last attempt of any loop ended. */
  private long latest(long now) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < last.length(); i++) {
      long at = last.getOpaque(i);
      if (at != 0) {
        least = Math.min(least, Math.max(0, now - at));
      }
    }
    return least == Long.MAX_VALUE ? now : now - least;
  }

  double dropProbability() {
    return dropProbability;
  }

  @Override
  public void close() {
    gauge.close();
  }

  /** One loop's. */
  private final class Gate implements Filter {
    private final int loop;
    private final RandomGenerator random;

    Gate(int loop, RandomGenerator random) {
      this.loop = loop;
      this.random = random;
    }

    @Override
    public Verdict request(Exchange exchange) {
      double probability = dropProbability;
      if (probability > 0 && random.nextDouble() < probability) {
        dropped.increment();
        return new Verdict.Refuse(new Failure.HeldBack());
      }
      return Verdict.PASS;
    }

    @Override
    public void end(Exchange exchange, Outcome outcome) {
      if (!(outcome instanceof Outcome.Abandoned)) {
        boolean nacked =
            outcome instanceof Outcome.Failed(var failure) && failure instanceof Failure.Nacked;
        ended(loop, nacked, exchange.nanoTime());
      }
    }
  }
}
