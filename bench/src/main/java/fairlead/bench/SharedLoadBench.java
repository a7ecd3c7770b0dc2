package fairlead.bench;

import fairlead.balance.Sessions;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * Two threads that each compare the loads of two of ten endpoints, add one to the lesser and take
 * it away again: loads that each thread keeps for itself, cells side by side, and one atomic
 * number.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
public class SharedLoadBench {
  private static final int ENDPOINTS = 10;
  private static final int LOOPS = 8;

  /** Numbers so far apart are not on one cache line. */
  private static final int APART = 32;

  /** What the threads share. */
  @State(Scope.Benchmark)
  public static class Shared {
    final Sessions[] cells =
        IntStream.range(0, ENDPOINTS).mapToObj(_ -> new Sessions(LOOPS)).toArray(Sessions[]::new);
    final AtomicIntegerArray numbers = new AtomicIntegerArray((ENDPOINTS + 2) * APART);
    final AtomicInteger threads = new AtomicInteger();
  }

  /** What each has for itself. */
  @State(Scope.Thread)
  public static class Own {
    final int[] sessions = new int[ENDPOINTS + 2 * APART];
    int loop;

    @Setup(Level.Trial)
    public void number(Shared shared) {
      loop = shared.threads.getAndIncrement() % LOOPS;
    }
  }

  @Benchmark
  public int alone(Own own) {
    var random = ThreadLocalRandom.current();
    int a = random.nextInt(ENDPOINTS);
    int b = random.nextInt(ENDPOINTS);
    int less = APART + (own.sessions[APART + b] < own.sessions[APART + a] ? b : a);
    own.sessions[less]++;
    own.sessions[less]--;
    return less;
  }

  @Benchmark
  public int cells(Shared shared, Own own) {
    var random = ThreadLocalRandom.current();
    int a = random.nextInt(ENDPOINTS);
    int b = random.nextInt(ENDPOINTS);
    int less = shared.cells[b].sum() < shared.cells[a].sum() ? b : a;
    shared.cells[less].set(own.loop, ++own.sessions[APART + less]);
    shared.cells[less].set(own.loop, --own.sessions[APART + less]);
    return less;
  }

  @Benchmark
  public int atomic(Shared shared) {
    var random = ThreadLocalRandom.current();
    int a = (random.nextInt(ENDPOINTS) + 1) * APART;
    int b = (random.nextInt(ENDPOINTS) + 1) * APART;
    int less = shared.numbers.getOpaque(b) < shared.numbers.getOpaque(a) ? b : a;
    shared.numbers.incrementAndGet(less);
    shared.numbers.decrementAndGet(less);
    return less;
  }
}
