package fairlead.balance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Requests that come at random, four event loops that pick, and endpoints that each serve so many
 * requests at a time and let the others wait. The same seed gives the same figures.
 */
final class Simulation {
  private static final int LOOPS = 4;
  private static final int ENDPOINTS = 10;
  private static final int WORKERS = 16;
  private static final double REQUESTS_PER_SECOND = 1000;
  private static final double SERVICE_MILLIS = 10;
  private static final double NANOS_PER_MILLI = 1e6;

  /** Left out of the figures, while balancers learn. */
  private static final int WARM_UP = 20_000;

  private static final int REQUESTS = 200_000;

  private final SimClient client;
  private final RandomGenerator random;
  private final double[] slowness;

  /** Of each endpoint, when each of its workers is free. */
  private final long[][] free = new long[ENDPOINTS][WORKERS];

  private record Running(SimNode node, long since, long until) {}

  /**
   * What came out.
   *
   * @param spread (most − least) ÷ mean of the requests that endpoints got
   * @param slowShare of the requests that the first endpoint got
   */
  record Figures(double p50Millis, double p99Millis, double spread, double slowShare) {}

  private Simulation(BalancerConfig.Algorithm algorithm, double slowness, long seed) {
    double[] weights = new double[ENDPOINTS];
    Arrays.fill(weights, 1);
    this.client = new SimClient(algorithm, LOOPS, seed, weights);
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed + 1000);
    this.slowness = new double[ENDPOINTS];
    Arrays.fill(this.slowness, 1);
    this.slowness[0] = slowness;
  }

  /** Ten endpoints, the first of which takes {@code slowness} times as long. */
  static Figures run(BalancerConfig.Algorithm algorithm, double slowness, long seed) {
    return new Simulation(algorithm, slowness, seed).run();
  }

  private Figures run() {
    var running = new PriorityQueue<>(Comparator.comparingLong(Running::until));
    long[] latencies = new long[REQUESTS];
    int[] counts = new int[ENDPOINTS];
    long arrival = 0;
    for (int i = -WARM_UP; i < REQUESTS; i++) {
      arrival += exponential(1000 / REQUESTS_PER_SECOND);
      finish(running, arrival);
      client.nanos = arrival;
      var node = client.pick(random.nextInt(LOOPS));
      node.begin();
      int endpoint = client.endpoints.indexOf(node.shared());
      long until = serve(endpoint, arrival);
      running.add(new Running(node, arrival, until));
      if (i >= 0) {
        latencies[i] = until - arrival;
        counts[endpoint]++;
      }
    }
    return figures(latencies, counts);
  }

  private void finish(PriorityQueue<Running> running, long now) {
    for (var next = running.peek(); next != null && next.until <= now; next = running.peek()) {
      running.remove();
      client.nanos = next.until;
      next.node.end(next.until - next.since);
    }
  }

  /** When the worker that is free first is done with it. */
  private long serve(int endpoint, long now) {
    long[] workers = free[endpoint];
    int first = 0;
    for (int i = 1; i < WORKERS; i++) {
      if (workers[i] < workers[first]) {
        first = i;
      }
    }
    long duration = exponential(SERVICE_MILLIS * slowness[endpoint]);
    workers[first] = Math.max(now, workers[first]) + duration;
    return workers[first];
  }

  private long exponential(double meanMillis) {
    return Math.round(-Math.log(1 - random.nextDouble()) * meanMillis * NANOS_PER_MILLI);
  }

  private static Figures figures(long[] latencies, int[] counts) {
    Arrays.sort(latencies);
    var stats = Arrays.stream(counts).summaryStatistics();
    return new Figures(
        latencies[REQUESTS / 2] / NANOS_PER_MILLI,
        latencies[REQUESTS / 100 * 99] / NANOS_PER_MILLI,
        (stats.getMax() - stats.getMin()) / stats.getAverage(),
        (double) counts[0] / REQUESTS);
  }
}
