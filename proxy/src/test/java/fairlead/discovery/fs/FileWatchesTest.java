package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.FakeSerialExecutor;
import fairlead.activity.Seen;
import fairlead.activity.State;
import fairlead.activity.Watch;
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
  @TempDir Path directory;

  private final FakeSerialExecutor control = new FakeSerialExecutor();
  private final List<Runnable> listeners = new ArrayList<>();
  private final FileWatches watches =
      new FileWatches(control, (_, work) -> work.run(), this::listen);

  private Watch listen(Set<Path> directories, Runnable changed) {
    if (directories.isEmpty()) {
      return Watch.NONE;
    }
    listeners.add(changed);
    return () -> listeners.remove(changed);
  }

  @Test
  void readsAgainShortlyAfterAHint() throws IOException {
    Path file = Files.writeString(directory.resolve("dtab"), "one");
    var seen = Seen.of(watches.text(file));
    control.advance(Duration.ofMillis(500));
    Files.writeString(file, "two");

    listeners.forEach(Runnable::run);
    control.advance(Duration.ofMillis(50));

    assertThat(seen.value()).isEqualTo(new TextFile.Text("two"));
  }

  @Test
  void readsOnceForAStormOfHints() {
    var looks = new ArrayList<Boolean>();
    var seen =
        Seen.of(
            watches.watch(
                "x",
                () ->
                    hinted -> {
                      looks.add(hinted);
                      return new FileWatches.Looked<>(new State.Ok<>("x"), Set.of(directory));
                    }));
    control.advance(Duration.ofMillis(500));
    int before = looks.size();

    for (int i = 0; i < 100; i++) {
      listeners.forEach(Runnable::run);
    }
    control.advance(Duration.ofMillis(100));

    assertThat(looks).hasSize(before + 1);
    assertThat(seen.value()).isEqualTo("x");
  }

  @Test
  void aLookThatThrowsIsFollowedByAnother() {
    var seen =
        Seen.of(
            watches.<String>watch(
                "x",
                () ->
                    _ -> {
                      throw new IllegalStateException("planted");
                    }));

    control.runUntilIdle();

    assertThat(seen.last()).isInstanceOf(State.Failed.class);
    assertThat(control.timers()).isEqualTo(1);
  }

  @Test
  void letsTheDirectoryGoWhenNobodyObserves() throws IOException {
    Path file = Files.writeString(directory.resolve("dtab"), "one");
    var seen = Seen.of(watches.text(file));
    control.runUntilIdle();
    assertThat(listeners).hasSize(1);

    seen.close();

    assertThat(listeners).isEmpty();
    assertThat(control.timers()).isZero();
  }

  @Test
  void watchesADirectoryThatWasMadeAnew() throws IOException {
    Path inner = Files.createDirectories(directory.resolve("inner"));
    var seen = Seen.of(watches.text(inner.resolve("dtab")));
    control.runUntilIdle();
    Files.delete(inner);
    control.advance(Duration.ofSeconds(1));
    assertThat(listeners).isEmpty();

    Files.createDirectories(inner);
    Files.writeString(inner.resolve("dtab"), "new");
    control.advance(Duration.ofSeconds(1));

    assertThat(listeners).hasSize(1);
    assertThat(seen.value()).isEqualTo(new TextFile.Text("new"));
  }
}
