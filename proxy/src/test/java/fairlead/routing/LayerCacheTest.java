package fairlead.routing;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.telemetry.MetricsTree;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code spec/routing.md} §6. */
class LayerCacheTest {
  private final MetricsTree metrics = new MetricsTree();
  private final LayerCache<String, Entry> cache = new LayerCache<>(2, metrics);
  private final List<String> closed = new ArrayList<>();

  private class Entry implements LayerCache.Entry {
    private final String name;
    private boolean idle = true;
    private long since;
    private boolean oneShot;

    Entry(String name) {
      this.name = name;
    }

    Entry idleSince(long nanos) {
      since = nanos;
      return this;
    }

    Entry busy() {
      idle = false;
      return this;
    }

    @Override
    public boolean isIdle() {
      return idle;
    }

    @Override
    public long idleSince() {
      return since;
    }

    @Override
    public void makeOneShot() {
      oneShot = true;
    }

    @Override
    public void close() {
      closed.add(name);
    }
  }

  @Test
  void aHitIsUsedAgainAndAMissIsCounted() {
    var made = get("a");

    assertThat(get("a")).isSameAs(made);
    assertThat(counts()).containsExactly(1L, 0L, 0L, 0L);
  }

  @Test
  void aFullCacheGivesUpWhatWasIdleLongest() {
    get("old").idleSince(Long.MAX_VALUE - 5);
    get("young").idleSince(Long.MIN_VALUE + 7); // the clock has run over: younger all the same

    get("new");

    assertThat(closed).containsExactly("old");
    assertThat(counts()).containsExactly(3L, 1L, 0L, 0L);
    get("young");
    assertThat(counts()).containsExactly(3L, 1L, 0L, 0L);
  }

  @Test
  void whenNothingIsIdleTheNewOneIsUsedOnce() {
    get("a").busy();
    get("b").busy();

    var extra = get("c");

    assertThat(extra.oneShot).isTrue();
    assertThat(closed).isEmpty();
    assertThat(get("c")).isNotSameAs(extra);
    assertThat(counts()).containsExactly(4L, 0L, 0L, 2L);
  }

  @Test
  void sheddingClosesAQuarterOfAllByWhoWasIdleLongest() {
    var large = new LayerCache<String, Entry>(8, metrics);
    for (int i = 0; i < 6; i++) {
      var made = new Entry("e" + i).idleSince(60 - i);
      large.get(made.name, () -> made);
    }

    assertThat(large.shed(100)).isEqualTo(2);
    assertThat(closed).containsExactly("e5", "e4");

    large.get("one more", () -> new Entry("one more").idleSince(99));
    assertThat(closed).as("no more than are left").containsExactly("e5", "e4", "e3");
  }

  @Test
  void shrinkingLeavesWhatIsInUseAndRoomForAsManyAsThereAreNames() {
    var large = new LayerCache<String, Entry>(8, metrics);
    large.get("a", () -> new Entry("a").busy());
    large.get("b", () -> new Entry("b"));

    large.shrink(3);
    assertThat(closed).containsExactly("b");

    for (int i = 0; i < 4; i++) {
      var made = new Entry("e" + i).idleSince(i);
      large.get(made.name, () -> made);
    }
    assertThat(closed).containsExactly("b", "e0", "e1");

    large.sweep(100, 1000);
    large.get("e4", () -> new Entry("e4"));
    assertThat(closed).as("as many as before").containsExactly("b", "e0", "e1");
  }

  @Test
  void shrinkingNeverMakesRoomForMore() {
    cache.shrink(100);
    get("a");
    get("b");
    get("c");

    assertThat(closed).hasSize(1);
  }

  @Test
  void whatWasShedMayComeBackAfterTheSweep() {
    get("a").idleSince(0);
    get("b").idleSince(90);
    assertThat(cache.shed(100)).isEqualTo(1);

    cache.sweep(100, 50);
    get("c");

    assertThat(closed).containsExactly("a");
  }

  /** An event loop may move it on meanwhile, and a sort must not see that. */
  @Test
  void whenEachWasUsedLastIsReadOnceForAllOfASort() {
    var large = new LayerCache<String, Entry>(100, metrics);
    var reads = new int[1];
    for (int i = 0; i < 100; i++) {
      int n = i;
      large.get(
          "e" + i,
          () ->
              new Entry("e" + n) {
                @Override
                public long idleSince() {
                  return reads[0]++ * 31L % 97;
                }
              });
    }

    large.shed(1000);
    assertThat(reads[0]).isEqualTo(100);

    large.sweep(1000, 2000);
    assertThat(reads[0]).isEqualTo(175);
  }

  @Test
  void sheddingLeavesWhatIsInUse() {
    get("a").busy();
    get("b").busy();

    assertThat(cache.shed(100)).isZero();
    assertThat(closed).isEmpty();
  }

  @Test
  void theSweepClosesWhatWasIdleForLongerThanItMay() {
    get("a").idleSince(0);
    get("b").idleSince(60);

    cache.sweep(100, 50);

    assertThat(closed).containsExactly("a");
    assertThat(counts()).containsExactly(2L, 0L, 1L, 0L);
  }

  @Test
  void theSweepLeavesWhatIsInUse() {
    get("a").idleSince(0).busy();
    get("b").idleSince(99);

    cache.sweep(100, 50);

    assertThat(closed).isEmpty();
  }

  @Test
  void theSweepNeverEmptiesTheCache() {
    get("a").idleSince(10);
    get("b").idleSince(0);

    cache.sweep(1000, 50);

    assertThat(closed).containsExactly("b"); // the one idle least stays
    cache.sweep(2000, 50);
    assertThat(closed).containsExactly("b");
  }

  @Test
  void closingClosesEverything() {
    get("a");
    get("b").busy();

    cache.close();

    assertThat(closed).containsExactlyInAnyOrder("a", "b");
  }

  private Entry get(String name) {
    return cache.get(name, () -> new Entry(name));
  }

  private List<Long> counts() {
    return List.of(
        metrics.counter("misses").sum(),
        metrics.counter("evicts").sum(),
        metrics.counter("expires").sum(),
        metrics.counter("oneshots").sum());
  }
}
