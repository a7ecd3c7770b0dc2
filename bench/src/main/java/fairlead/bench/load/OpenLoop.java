package fairlead.bench.load;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Sends requests when they are due, whatever earlier ones take (an open loop), and counts latency
 * from when a request was due: a pause of the proxy, and the wait for a free connection, count for
 * every request that they hold up. One thread; allocates nothing per request.
 */
final class OpenLoop {
  private static final long NANOS = 1_000_000_000;

  /** How long after the last request was due answers may come. */
  private static final long DRAIN_NANOS = 10 * NANOS;

  private static final int MOST_WAITING = 1 << 20;
  private static final int SINK_BYTES = 256 * 1024;
  private static final int POLLFD_BYTES = 8;
  private static final int POLLFD_EVENTS = 4;
  private static final int POLLFD_READY = 6;
  private static final int NANOS_AT = 8;

  private final Plan plan;
  private final Requests requests;
  private final RandomGenerator random;
  private final Connection[] connections;

  /** {@code struct pollfd} of each connection. */
  private final MemorySegment poll;

  private final MemorySegment time;
  private final Waiting waiting = new Waiting(MOST_WAITING);

  /** Numbers of the connections without a request, in a ring: each gets its turn. */
  private final int[] free;

  private int firstFree;
  private int freeCount;

  private final Latencies latencies = new Latencies();
  private final Latencies lateness = new Latencies();
  private long counted;
  private long failed;

  /**
   * What came of it. Latencies are nanoseconds.
   *
   * @param requests counted ones, failed or not
   * @param lateness how long after it was due a request was noticed: the generator's own fault
   */
  record Result(long requests, long failed, Latencies latencies, Latencies lateness) {}

  OpenLoop(Plan plan, Arena arena) {
    this.plan = plan;
    this.requests = new Requests(plan, arena);
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(plan.seed());
    this.connections = new Connection[plan.connections()];
    this.free = new int[plan.connections()];
    this.poll = arena.allocate((long) POLLFD_BYTES * plan.connections(), POLLFD_BYTES);
    this.time = arena.allocate(2 * NANOS_AT, NANOS_AT);
    MemorySegment address = Kernel.loopback(plan.port(), arena);
    MemorySegment sink = arena.allocate(SINK_BYTES);
    for (int i = 0; i < connections.length; i++) {
      connections[i] = new Connection(address, plan.close(), sink, arena);
      watch(i);
      release(i);
    }
  }

  /** Arguments: those of {@link Plan}. Exit code 1 when a request failed. */
  public static void main(String... args) {
    Plan plan;
    try {
      plan = Plan.parse(List.of(args));
    } catch (IllegalArgumentException fault) {
      System.err.println("OpenLoop: " + fault.getMessage());
      System.exit(64);
      return;
    }
    try (var arena = Arena.ofConfined()) {
      Result result = new OpenLoop(plan, arena).run();
      System.out.println(show(result));
      System.exit(result.failed() == 0 ? 0 : 1);
    }
  }

  /** Requests, failed, then microseconds: p50, p99, p99.9, the longest, own p99. */
  private static String show(Result result) {
    return String.format(
        Locale.ROOT,
        "%d %d %.1f %.1f %.1f %.1f %.1f",
        result.requests,
        result.failed,
        result.latencies.quantile(0.5) / 1e3,
        result.latencies.quantile(0.99) / 1e3,
        result.latencies.quantile(0.999) / 1e3,
        result.latencies.max() / 1e3,
        result.lateness.quantile(0.99) / 1e3);
  }

  /** Blocks until all requests are answered or have failed. */
  Result run() {
    Kernel.wakeOnTime();
    long begin = System.nanoTime();
    long count = begin + (long) (plan.warmSeconds() * NANOS);
    long end = count + (long) (plan.seconds() * NANOS);
    var arrivals = new Arrivals(random, begin, plan.rate());
    long now = begin;
    while (arrivals.next() < end || (isBusy() && now < end + DRAIN_NANOS)) {
      comeDue(arrivals, now, count, end);
      begin();
      await(Math.min(arrivals.next(), end + DRAIN_NANOS));
      now = step(count);
    }
    giveUp(count);
    return new Result(counted, failed, latencies, lateness);
  }

  private boolean isBusy() {
    return freeCount < connections.length || !waiting.isEmpty();
  }

  private void comeDue(Arrivals arrivals, long now, long count, long end) {
    while (arrivals.next() <= now && arrivals.next() < end) {
      if (arrivals.next() >= count) {
        counted++;
        lateness.record(now - arrivals.next());
      }
      if (!waiting.add(arrivals.next())) {
        failed++;
      }
      arrivals.advance();
    }
  }

  private void begin() {
    while (freeCount > 0 && !waiting.isEmpty()) {
      long due = waiting.take();
      int next = free[firstFree];
      firstFree = (firstFree + 1) % free.length;
      freeCount--;
      int host = requests.count() == 1 ? 0 : random.nextInt(requests.count());
      connections[next].begin(requests.get(host), due);
      watch(next);
    }
  }

  /** Until a socket is ready, or the next request is due. */
  private void await(long until) {
    long nanos = Math.max(0, until - System.nanoTime());
    time.set(ValueLayout.JAVA_LONG, 0, nanos / NANOS);
    time.set(ValueLayout.JAVA_LONG, NANOS_AT, nanos % NANOS);
    if (Kernel.poll(poll, connections.length, time) <= 0) {
      for (int i = 0; i < connections.length; i++) {
        poll.set(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + POLLFD_READY, (short) 0);
      }
    }
  }

  /** Goes on with every socket that is ready. */
  private long step(long count) {
    for (int i = 0; i < connections.length; i++) {
      int ready = poll.get(ValueLayout.JAVA_SHORT, (long) i * POLLFD_BYTES + POLLFD_READY);
      if (ready != 0) {
        switch (connections[i].step(ready)) {
          case ANSWERED -> {
            if (connections[i].due() >= count) {
              latencies.record(System.nanoTime() - connections[i].due());
            }
            release(i);
          }
          case FAILED -> {
            failed++;
            release(i);
          }
          case GOING, LEFT -> {}
        }
        watch(i);
      }
    }
    return System.nanoTime();
  }

  private void release(int connection) {
    free[(firstFree + freeCount) % free.length] = connection;
    freeCount++;
  }

  private void watch(int index) {
    long at = (long) index * POLLFD_BYTES;
    poll.set(ValueLayout.JAVA_INT, at, connections[index].socket());
    poll.set(ValueLayout.JAVA_SHORT, at + POLLFD_EVENTS, (short) connections[index].interest());
  }

  /** What has no answer by now has failed, and was held up at least so long. */
  private void giveUp(long count) {
    long now = System.nanoTime();
    for (Connection connection : connections) {
      if (connection.isBusy()) {
        lost(connection.due(), now, count);
      }
      connection.close();
    }
    while (!waiting.isEmpty()) {
      lost(waiting.take(), now, count);
    }
  }

  private void lost(long due, long now, long count) {
    failed++;
    if (due >= count) {
      latencies.record(now - due);
    }
  }
}
