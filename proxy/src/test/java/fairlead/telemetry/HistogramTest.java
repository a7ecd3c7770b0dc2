package fairlead.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {
  private static final int MANY = 300_000;

  private final Histogram histogram = new Histogram();
  private final Histogram.Window memory = new Histogram.Window();

  @Test
  void smallValuesAreExact() {
    for (int i = 1; i <= 100; i++) {
      histogram.record(i);
    }

    assertThat(histogram.summarise(memory))
        .isEqualTo(new Summary(100, 100, 1, 50, 90, 95, 99, 100, 100, 5050));
  }

  @Test
  void anEmptyWindowIsAllZeros() {
    histogram.record(1);
    histogram.summarise(memory);

    assertThat(histogram.summarise(memory)).isEqualTo(Summary.EMPTY);
    assertThat(Summary.EMPTY.avg()).isZero();
  }

  @Test
  void memoryOfWindowsServesOneHistogramAfterTheOther() {
    var other = new Histogram();
    histogram.record(3);
    histogram.record(Integer.MAX_VALUE);
    other.record(200);
    other.record(300);

    assertThat(histogram.summarise(memory).count()).isEqualTo(2);
    assertThat(other.summarise(memory))
        .isEqualTo(new Summary(2, 300, 200, 200, 300, 300, 300, 300, 300, 500));
    assertThat(histogram.summarise(memory)).isEqualTo(Summary.EMPTY);
  }

  @Test
  void aTotalIsOfAllWindowsAndOfTheOneThatRuns() {
    assertThat(histogram.total()).isEqualTo(new Total(0, 0));
    histogram.record(300);
    histogram.record(7);
    histogram.summarise(memory);
    histogram.record(5);

    assertThat(histogram.total()).isEqualTo(new Total(3, 312));
    assertThat(histogram.total()).isEqualTo(new Total(3, 312));
    assertThat(histogram.summarise(memory).count()).isEqualTo(1);
    assertThat(histogram.total()).isEqualTo(new Total(3, 312));
  }

  @Test
  void aTotalNeverFallsWhileWindowsEnd() throws InterruptedException {
    var recorder = Thread.ofPlatform().start(this::recordMany);
    var windows = Thread.ofPlatform().start(() -> endWindowsUntil(recorder));
    long last = 0;
    while (recorder.isAlive()) {
      long count = histogram.total().count();
      assertThat(count).isGreaterThanOrEqualTo(last);
      last = count;
    }
    windows.join();

    assertThat(histogram.total().count()).isEqualTo(MANY);
  }

  private void recordMany() {
    for (int i = 0; i < MANY; i++) {
      histogram.record(i % 1000);
    }
  }

  private void endWindowsUntil(Thread recorder) {
    while (recorder.isAlive()) {
      histogram.summarise(memory);
    }
  }

  @Test
  void valuesAreClampedToThirtyOneBits() {
    histogram.record(-5);
    histogram.record(Long.MAX_VALUE);

    var summary = histogram.summarise(memory);

    assertThat(summary.min()).isZero();
    assertThat(summary.max()).isEqualTo(Integer.MAX_VALUE);
    assertThat(summary.sum()).isEqualTo(Integer.MAX_VALUE);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void quantilesAreAtMostHalfAPercentOff(long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    var values = new long[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(Integer.MAX_VALUE) >> random.nextInt(31);
      histogram.record(values[i]);
    }
    Arrays.sort(values);

    var summary = histogram.summarise(memory);

    var half = Percentage.withPercentage(0.5);
    assertThat(summary.p50()).as("seed %s", seed).isCloseTo(values[499], half);
    assertThat(summary.p99()).as("seed %s", seed).isCloseTo(values[989], half);
    assertThat(summary.max()).isEqualTo(values[999]);
  }

  @Test
  void everyBucketFollowsTheOneBefore() {
    int bucket = 0;
    for (long value = 0; value <= Integer.MAX_VALUE; value += 1 + value / 300) {
      int next = Histogram.Buckets.of((int) value);
      assertThat(next).isBetween(bucket, bucket + 1);
      bucket = next;
    }
    assertThat(Histogram.Buckets.of(Integer.MAX_VALUE)).isEqualTo(Histogram.Buckets.COUNT - 1);
  }

  @Test
  void nothingIsLostWhenManyThreadsRecord() throws InterruptedException {
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 8; t++) {
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int i = 0; i < 10_000; i++) {
                      histogram.record(i % 1000);
                    }
                  }));
    }
    long count = 0;
    long sum = 0;
    for (Thread thread : threads) {
      thread.join();
      var window = histogram.summarise(memory);
      count += window.count();
      sum += window.sum();
    }

    assertThat(count).isEqualTo(80_000);
    assertThat(sum).isEqualTo(8 * 10 * 499_500L);
  }

  @Test
  void nothingIsLostWhenWindowsEndWhileLoopsRecord() throws InterruptedException {
    var loops = LoopThread.factory("recording");
    var threads = new ArrayList<Thread>();
    for (int t = 0; t < 3; t++) {
      threads.add(loops.newThread(this::recordMany));
    }
    threads.forEach(Thread::start);
    long count = 0;
    long sum = 0;
    while (threads.stream().anyMatch(Thread::isAlive)) {
      var window = histogram.summarise(memory);
      count += window.count();
      sum += window.sum();
    }
    var last = histogram.summarise(memory);

    assertThat(count + last.count()).isEqualTo(3L * MANY);
    assertThat(sum + last.sum()).isEqualTo(3L * MANY / 1000 * 499_500);
  }

  @Test
  void nothingIsLostWhenLoopsRecordTheirFirstAtOnce() throws Exception {
    var histograms = Stream.generate(Histogram::new).limit(1000).toList();
    var begin = new CyclicBarrier(3);
    var loops = LoopThread.factory("first");
    var tasks = new ArrayList<FutureTask<?>>();
    for (int t = 0; t < 3; t++) {
      var task =
          new FutureTask<>(
              () -> {
                begin.await();
                histograms.forEach(one -> IntStream.range(0, 100).forEach(one::record));
                return "";
              });
      tasks.add(task);
      loops.newThread(task).start();
    }
    for (var task : tasks) {
      task.get();
    }

    assertThat(histograms)
        .allSatisfy(
            one -> {
              assertThat(one.total()).isEqualTo(new Total(300, 3 * 4950));
              assertThat(one.summarise(memory).count()).isEqualTo(300);
            });
  }
}
