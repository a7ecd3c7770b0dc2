package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Blocking;
import fairlead.activity.Watch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
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
  void aDirectoryThatIsNotThereIsNoFault() throws IOException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      events.watch(Set.of(directory.resolve("nowhere")), () -> {}).close();
    }
  }

  @FunctionalInterface
  private interface Change {
    Object make() throws IOException;
  }

  private boolean toldOf(DirectoryEvents events, Change change)
      throws IOException, InterruptedException {
    var told = new CountDownLatch(1);
    try (Watch _ = events.watch(Set.of(directory), told::countDown)) {
      change.make();
      return told.await(30, TimeUnit.SECONDS);
    }
  }
}
