package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Blocking;
import fairlead.activity.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the real system's events. */
class SystemDirectoryEventsTest {
  @TempDir Path directory;

  @Test
  void tellsOfEveryKindOfChange() throws IOException, InterruptedException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      Path file = directory.resolve("web");

      assertThat(toldOf(events, () -> Files.writeString(file, "a"))).isTrue();
      assertThat(toldOf(events, () -> Files.writeString(file, "bb"))).isTrue();
      assertThat(toldOf(events, () -> Files.move(file, directory.resolve("api")))).isTrue();
      assertThat(toldOf(events, () -> Files.createSymbolicLink(file, directory.resolve("api"))))
          .isTrue();
      assertThat(toldOf(events, () -> Files.deleteIfExists(file))).isTrue();
    }
  }

  @Test
  void saysWhichEntryChanged() throws IOException, InterruptedException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      var told = new Told();
      try (Watch _ = events.watch(directory, told).watch()) {
        Files.writeString(directory.resolve("web"), "a");

        assertThat(told.names.poll(30, TimeUnit.SECONDS)).containsExactly(Path.of("web"));
      }
    }
  }

  @Test
  void saysThatTheDirectoryIsGone() throws IOException, InterruptedException {
    Path inner = Files.createDirectory(directory.resolve("inner"));
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      var told = new Told();
      try (Watch _ = events.watch(inner, told).watch()) {
        Files.delete(inner);

        assertThat(told.ended.await(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  @Test
  void tellsOnlyTheListenersThatAreLeft() throws IOException, InterruptedException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      var left = new Told();
      var gone = new Told();
      try (Watch _ = events.watch(directory, left).watch()) {
        events.watch(directory, gone).watch().close();
        Files.writeString(directory.resolve("web"), "a");

        assertThat(left.names.poll(30, TimeUnit.SECONDS)).isNotNull();
        assertThat(gone.names).isEmpty();
      }
    }
  }

  @Test
  void aFileSystemNotKnownToTellEverythingIsNotComplete() throws IOException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      var watching = events.watch(Path.of("/proc/self"), new Told());

      assertThat(watching.complete()).isFalse();
      watching.watch().close();
    }
  }

  @Test
  void aDirectoryThatIsNotThereIsNoFault() throws IOException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      var watching = events.watch(directory.resolve("nowhere"), new Told());

      assertThat(watching.complete()).isFalse();
      watching.watch().close();
    }
  }

  @FunctionalInterface
  private interface Change {
    Object make() throws IOException;
  }

  private static final class Told implements DirectoryEvents.Listener {
    final BlockingQueue<Set<Path>> names = new LinkedBlockingQueue<>();
    final CountDownLatch ended = new CountDownLatch(1);

    @Override
    public void changed(Set<Path> changed) {
      names.add(changed);
    }

    @Override
    public void missed() {
      names.add(Set.of());
    }

    @Override
    public void ended() {
      ended.countDown();
    }
  }

  private boolean toldOf(DirectoryEvents events, Change change)
      throws IOException, InterruptedException {
    var told = new Told();
    try (Watch _ = events.watch(directory, told).watch()) {
      change.make();
      return told.names.poll(30, TimeUnit.SECONDS) != null;
    }
  }
}
