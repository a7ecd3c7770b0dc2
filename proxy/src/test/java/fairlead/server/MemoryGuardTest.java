package fairlead.server;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Blocking;
import fairlead.telemetry.MetricsTree;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryGuardTest {
  private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(20);

  private final Cup buffers = new Cup();
  private final Cup heap = new Cup();
  private final MemoryGuard guard = new MemoryGuard(List.of(buffers, heap));
  private long now = Ticker.systemTicker().nanoTime() + LOOK;

  /** A hundred bytes of memory, of which the test says how many are used. */
  private static final class Cup implements Memory {
    private long used;
    private int looks;
    private Runnable meanwhile = () -> {};

    @Override
    public String name() {
      return "cup";
    }

    @Override
    public long most() {
      return 100;
    }

    @Override
    public double scarce() {
      return 0.85;
    }

    @Override
    public double enough() {
      return 0.7;
    }

    @Override
    public long used(boolean scarce, long now) {
      looks++;
      meanwhile.run();
      return used;
    }
  }

  private boolean later() {
    now += LOOK;
    return guard.isScarce(now);
  }

  @Test
  void fault26_refusesFromOneShareOnAndUntilALowerOne() {
    var metrics = new MetricsTree();
    guard.addTo(metrics);
    buffers.used = 84;
    assertThat(later()).isFalse();
    buffers.used = 85;
    assertThat(later()).isTrue();
    buffers.used = 71;
    assertThat(later()).isTrue();
    buffers.used = 70;
    assertThat(later()).isFalse();
    assertThat(metrics.scope("jvm").scope("mem").counter("shortages").sum()).isEqualTo(1);
  }

  @Test
  void fault26_oneMemoryThatIsSpentIsEnough() {
    heap.used = 90;

    assertThat(later()).isTrue();

    heap.used = 10;
    buffers.used = 80;
    assertThat(later()).as("not before there is enough of both").isTrue();
  }

  @Test
  void looksNoOftenerThanEachTwentyMilliseconds() {
    assertThat(later()).isFalse();
    int looks = buffers.looks;
    buffers.used = 100;

    assertThat(guard.isScarce(now + LOOK / 2)).isFalse();
    assertThat(buffers.looks).isEqualTo(looks);
    assertThat(guard.isScarce(now + LOOK)).isTrue();
  }

  /** Event loops read the time once a turn, so that of another one may be a little older. */
  @ParameterizedTest
  @ValueSource(longs = {-1_000_000, -1, 0, 1, 1_000_000_000})
  void whileOneLooksNobodyElseDoes(long nanosAfter) {
    buffers.meanwhile =
        () -> {
          buffers.meanwhile = () -> {};
          guard.isScarce(now + nanosAfter);
        };

    later();

    assertThat(buffers.looks).isEqualTo(1);
  }

  @Test
  void withoutMemoriesThereIsAlwaysEnough() {
    assertThat(MemoryGuard.NONE.isScarce(now)).isFalse();
  }

  @Test
  void whatIsLessThanAChunkIsOfNoUseToThePool() {
    assertThat(BufferMemory.usable(32, 4)).as("others have a little").isEqualTo(28);
    assertThat(BufferMemory.usable(33, 4)).isEqualTo(32);
    assertThat(BufferMemory.usable(3, 4)).as("never nothing").isEqualTo(3);
    assertThat(BufferMemory.usable(32, 1)).isEqualTo(31);
  }

  @Test
  void theProcessHasBuffersAndAHeapToLookAt() {
    var ours = HeapMemory.ofProcess((_, work) -> work.run(), () -> {}).orElseThrow();

    assertThat(BufferMemory.ofProcess().most()).isPositive();
    assertThat(ours.used(false, now)).isBetween(0L, ours.most());
  }

  @Test
  void collectionsAreAskedForOneByOneAndNotTooOften() {
    var asked = new ArrayDeque<Runnable>();
    var ours = HeapMemory.ofProcess((_, work) -> asked.add(work), () -> {}).orElseThrow();
    long later = now + TimeUnit.HOURS.toNanos(1);

    ours.used(true, Ticker.systemTicker().nanoTime());
    assertThat(asked).as("news are wanted").hasSize(1);
    ours.used(true, later);
    assertThat(asked).as("while one is under way").hasSize(1);

    asked.remove().run();
    ours.used(true, Ticker.systemTicker().nanoTime());
    assertThat(asked).as("right behind one").isEmpty();
    ours.used(true, later);
    assertThat(asked).as("an hour later").hasSize(1);
  }

  @Test
  void whereThereIsNoThreadForACollectionItIsAskedForAgain() {
    var tries = new AtomicInteger();
    Blocking full =
        (_, _) -> {
          tries.incrementAndGet();
          throw new OutOfMemoryError("unable to create native thread");
        };
    var ours = HeapMemory.ofProcess(full, () -> {}).orElseThrow();

    assertThat(ours.used(true, now)).isLessThan(ours.most());
    assertThat(ours.used(true, now)).isLessThan(ours.most());

    assertThat(tries).hasValue(2);
  }
}
