package fairlead.balance.concurrency;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint with workers that serve a request at a time, requests that come at random and wait
 * for one, and callers that leave after a second, which the endpoint does not notice. The same seed
 * gives the same figures.
 */
final class SimulatedBackend {
  private static final int LOOPS = 4;
  private static final double SERVICE_MILLIS = 10;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final long PATIENCE = Duration.ofSeconds(1).toNanos();

  final @Nullable ConcurrencyLimit limit;
  private final RandomGenerator random =
      RandomGeneratorFactory.of("L64X128MixRandom").create(20_261_126);
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private final ArrayDeque<Job> queue = new ArrayDeque<>();
  private int workers;
  private int busy;
  private int inProgress;
  private double slowness = 1;
  private double perSecond;
  private int arrivals;
  private long now;
  private int good;
  private int refused;

  private static final class Job {
    final long since;
    final int loop;
    boolean left;
    boolean done;

    Job(long since, int loop) {
      this.since = since;
      this.loop = loop;
    }
  }

  private record Event(long at, Runnable what) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      return Long.compare(at, other.at);
    }
  }

  /** What came out of some time, a second of it: answered in time, and not let in. */
  record Figures(double good, double refused) {}

  SimulatedBackend(int workers, @Nullable ConcurrencyConfig config) {
    this.workers = workers;
    this.limit = config == null ? null : new ConcurrencyLimit(config, LOOPS, 1, 0);
  }

  void workers(int now) {
    workers = now;
    serve();
  }

  void slowness(double factor) {
    slowness = factor;
  }

  /** Lets so many requests a second come for so long. */
  Figures run(double rate, Duration time) {
    perSecond = rate;
    int round = ++arrivals;
    good = 0;
    refused = 0;
    long end = now + time.toNanos();
    if (rate > 0) {
      arriveNext(round);
    }
    while (!events.isEmpty() && events.peek().at <= end) {
      var event = events.remove();
      now = event.at;
      event.what.run();
    }
    now = end;
    double seconds = time.toMillis() / 1000.0;
    return new Figures(good / seconds, refused / seconds);
  }

  private void arriveNext(int round) {
    after(
        exponential(1000 / perSecond),
        () -> {
          if (round == arrivals) {
            arrive();
            arriveNext(round);
          }
        });
  }

  private void arrive() {
    if (limit != null && inProgress >= limit.limit()) {
      refused++;
      return;
    }
    var job = new Job(now, random.nextInt(LOOPS));
    inProgress++;
    if (limit != null) {
      limit.admitted(inProgress);
    }
    queue.add(job);
    after(PATIENCE, () -> leave(job));
    serve();
  }

  private void leave(Job job) {
    if (!job.done) {
      job.left = true;
      over(job, false);
    }
  }

  private void serve() {
    while (busy < workers && !queue.isEmpty()) {
      var job = queue.remove();
      busy++;
      after(exponential(SERVICE_MILLIS * slowness), () -> served(job));
    }
  }

  private void served(Job job) {
    busy--;
    job.done = true;
    if (!job.left) {
      good++;
      over(job, true);
    }
    serve();
  }

  private void over(Job job, boolean served) {
    inProgress--;
    if (limit != null) {
      limit.observe(job.loop, now - job.since, served, now);
    }
  }

  private void after(long nanos, Runnable what) {
    events.add(new Event(now + nanos, what));
  }

  private long exponential(double meanMillis) {
    return Math.round(-Math.log(1 - random.nextDouble()) * meanMillis * NANOS_PER_MILLI);
  }
}
