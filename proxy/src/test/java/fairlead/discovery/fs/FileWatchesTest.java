package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.discovery.fs.Look.Looked;
import fairlead.discovery.inet.HostResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileWatchesTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration SETTLE = Duration.ofMillis(50);

  @TempDir Path directory;

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final FakeDirectoryEvents events = new FakeDirectoryEvents();
  private final FileWatches watches = new FileWatches(control, this::elsewhere, events);
  private int threads;

  private void elsewhere(String name, Runnable work) {
    threads++;
    work.run();
  }

  /** Counts how often it was used. */
  private final class CountedLook implements Look<String> {
    final String name;
    int looks;
    int questions;
    boolean stale;

    CountedLook(String name) {
      this.name = name;
    }

    @Override
    public Looked<String> look() {
      looks++;
      return new Looked<>(
          new State.Ok<>(name + " " + looks), Set.of(new Entry(directory, Path.of(name))));
    }

    @Override
    public boolean isStale(Stats stats) {
      questions++;
      return stale;
    }

    void forget() {
      looks = 0;
      questions = 0;
    }
  }

  private CountedLook follow(String name) {
    var look = new CountedLook(name);
    Seen.of(watches.watch(directory, () -> look));
    return look;
  }

  /** Followed, and looked at until nothing is due any more. */
  private List<CountedLook> followSettled(int count) {
    var looks = new ArrayList<CountedLook>();
    for (int i = 0; i < count; i++) {
      looks.add(follow("s" + i));
    }
    control.advance(Duration.ofMillis(900));
    looks.forEach(CountedLook::forget);
    return looks;
  }

  @Test
  void readsAgainShortlyAfterAHint() throws IOException {
    Path file = Files.writeString(directory.resolve("dtab"), "one");
    var seen = Seen.of(watches.text(file));
    control.advance(Duration.ofMillis(500));
    Files.writeString(file, "two");

    events.change("dtab");
    control.advance(SETTLE);

    assertThat(seen.value()).isEqualTo(new TextFile.Text("two"));
  }

  @Test
  void aHintIsForThoseWhoFollowTheEntryOnly() {
    List<CountedLook> looks = followSettled(100);

    events.change("s7");
    events.change("else");
    control.advance(SETTLE);

    assertThat(looks).filteredOn(look -> look.looks > 0).containsExactly(looks.get(7));
    assertThat(looks.get(7).looks).isEqualTo(1);
  }

  @Test
  void aHintForEveryEntryReachesAListing() {
    var lists = new ArrayList<Path>();
    Seen.of(
        watches.watch(
            directory,
            () ->
                () -> {
                  lists.add(directory);
                  return new Looked<>(new State.Ok<>("x"), Set.of(Entry.everyOf(directory)));
                }));
    control.advance(Duration.ofMillis(500));
    int before = lists.size();

    events.change("new");
    control.advance(SETTLE);

    assertThat(lists).hasSize(before + 1);
  }

  @Test
  void readsOnceForAStormOfHints() {
    CountedLook look = followSettled(1).getFirst();

    for (int i = 0; i < 100; i++) {
      events.change("s0");
    }
    control.advance(Duration.ofMillis(90));

    assertThat(look.looks).isEqualTo(1);
  }

  @Test
  void whoIsDueTogetherLooksOnOneThread() {
    List<CountedLook> looks = followSettled(100);
    threads = 0;

    looks.forEach(look -> events.change(look.name));
    control.advance(SETTLE);

    assertThat(looks).allMatch(look -> look.looks == 1);
    assertThat(threads).isEqualTo(1);
  }

  @Test
  void whoWaitsForAResolverHoldsUpNobodyElse() throws IOException {
    Path file = Files.writeString(directory.resolve("slow"), "127.0.0.1 80");
    var seenByThen = new ArrayList<String>();
    CountedLook other = new CountedLook("other");
    HostResolver resolver =
        host -> {
          seenByThen.add(host + ", others looked " + other.looks);
          return new HostResolver.Answer.Unknown();
        };
    Seen.of(watches.watch(directory, () -> new EndpointReader(file, resolver)));
    Seen.of(watches.watch(directory, () -> other));
    control.advance(Duration.ofMillis(900));
    other.forget();
    Files.writeString(file, "slow.example 80");

    events.change("slow");
    events.change("other");
    control.advance(SETTLE);

    assertThat(seenByThen).containsExactly("slow.example, others looked 1");
  }

  @Test
  void aFaultOfOneWhoIsToldHoldsUpNobodyElse() {
    var faulty = new CountedLook("faulty");
    var watch =
        watches
            .watch(directory, () -> faulty)
            .observe(
                state -> {
                  if (faulty.looks == 3) {
                    throw new IllegalStateException("planted");
                  }
                });
    List<CountedLook> others = followSettled(2);
    faulty.looks = 2;

    events.change("faulty");
    others.forEach(look -> events.change(look.name));
    assertThatThrownBy(() -> control.advance(SETTLE)).hasMessage("planted");
    control.advance(SETTLE);
    others.forEach(look -> events.change(look.name));
    control.advance(SETTLE);

    assertThat(others).allMatch(look -> look.looks == 2);
    watch.close();
  }

  @Test
  void whereEventsTellEverythingAFewAreAskedEachSecondAndAllWithinThirty() {
    events.complete = true;
    List<CountedLook> looks = followSettled(300);

    control.advance(SECOND);
    assertThat(looks).filteredOn(look -> look.questions > 0).hasSize(10);

    control.advance(SECOND.multipliedBy(29));
    assertThat(looks).allMatch(look -> look.questions == 1 && look.looks == 0);
  }

  @Test
  void elsewhereAllAreAskedEachSecondAndOnlyTheStaleLookAgain() {
    List<CountedLook> looks = followSettled(300);
    looks.get(5).stale = true;

    control.advance(SECOND);

    assertThat(looks).allMatch(look -> look.questions == 1);
    assertThat(looks).filteredOn(look -> look.looks > 0).containsExactly(looks.get(5));
  }

  @Test
  void allAreAskedSoonWhenEventsWereLost() {
    events.complete = true;
    List<CountedLook> looks = followSettled(300);

    List.copyOf(events.listeners).forEach(DirectoryEvents.Listener::missed);
    List.copyOf(events.listeners).forEach(DirectoryEvents.Listener::missed);
    control.advance(SETTLE);

    assertThat(looks).allMatch(look -> look.questions == 1 && look.looks == 0);
  }

  @Test
  void aDirectoryGoneAndBackIsWatchedAgainThoughItLooksTheSame() {
    events.complete = true;
    List<CountedLook> looks = followSettled(3);

    List.copyOf(events.listeners).forEach(DirectoryEvents.Listener::ended);
    control.advance(SETTLE);

    assertThat(events.listeners).hasSize(1);
    assertThat(looks).allMatch(look -> look.looks == 1);
  }

  @Test
  void aLookThatThrowsIsFollowedByAnother() {
    var looks = new ArrayList<String>();
    var seen =
        Seen.of(
            watches.<String>watch(
                directory,
                () ->
                    () -> {
                      looks.add("x");
                      throw new IllegalStateException("planted");
                    }));

    control.advance(Duration.ofMillis(900));
    assertThat(seen.last()).isInstanceOf(State.Failed.class);
    int before = looks.size();

    control.advance(SECOND);
    assertThat(looks).hasSize(before + 1);
    assertThat(control.timers()).isEqualTo(1);
  }

  @Test
  void letsTheDirectoryGoWhenNobodyObserves() throws IOException {
    Path file = Files.writeString(directory.resolve("dtab"), "one");
    var seen = Seen.of(watches.text(file));
    control.runUntilIdle();
    assertThat(events.listeners).hasSize(1);

    seen.close();

    assertThat(events.listeners).isEmpty();
    assertThat(control.timers()).isZero();
  }

  @Test
  void watchesADirectoryThatWasMadeAnew() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("inner"));
    var seen = Seen.of(watches.text(inner.resolve("dtab")));
    control.runUntilIdle();
    Files.delete(inner);
    control.advance(SECOND);
    assertThat(events.listeners).isEmpty();

    Files.createDirectories(inner);
    Files.writeString(inner.resolve("dtab"), "new");
    control.advance(SECOND);

    assertThat(events.listeners).hasSize(1);
    assertThat(seen.value()).isEqualTo(new TextFile.Text("new"));
  }
}
