package fairlead.discovery.fs;

import static org.assertj.core.api.Assertions.assertThat;

import fairlead.activity.Blocking;
import fairlead.activity.LoopSerialExecutor;
import fairlead.activity.State;
import io.netty.util.concurrent.DefaultEventExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All of it with the system's events, threads and time. */
class RealFileWatchTest {
  @TempDir Path directory;

  private final DefaultEventExecutor loop = new DefaultEventExecutor();
  private final LoopSerialExecutor control = new LoopSerialExecutor(loop);
  private final BlockingQueue<State<TextFile>> seen = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void followsAFileThroughRenamesDeletionAndRecreation() throws IOException, InterruptedException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      Path file = Files.writeString(directory.resolve("dtab"), "one");
      var watches = new FileWatches(control, Blocking.virtualThreads(), events);
      control.execute(() -> watches.text(file).observe(seen::add));
      awaitText("one");

      Files.writeString(directory.resolve("next"), "two");
      Files.move(directory.resolve("next"), file, StandardCopyOption.ATOMIC_MOVE);
      awaitText("two");

      Files.delete(file);
      await(new TextFile.Missing());

      Files.writeString(file, "three");
      awaitText("three");
    }
  }

  @Test
  void followsALinkToADirectoryThatIsSwapped() throws IOException, InterruptedException {
    try (var events = SystemDirectoryEvents.open(Blocking.virtualThreads())) {
      for (String version : List.of("one", "two")) {
        Path folder = Files.createDirectories(directory.resolve(".." + version));
        Files.writeString(folder.resolve("dtab"), version);
      }
      Path data = Files.createSymbolicLink(directory.resolve("..data"), Path.of("..one"));
      Path file =
          Files.createSymbolicLink(directory.resolve("dtab"), Path.of("..data").resolve("dtab"));
      var watches = new FileWatches(control, Blocking.virtualThreads(), events);
      control.execute(() -> watches.text(file).observe(seen::add));
      awaitText("one");

      Path next = Files.createSymbolicLink(directory.resolve("..tmp"), Path.of("..two"));
      Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);

      awaitText("two");
    }
  }

  private void awaitText(String text) throws InterruptedException {
    await(new TextFile.Text(text));
  }

  private void await(TextFile expected) throws InterruptedException {
    State<TextFile> state = seen.poll(30, TimeUnit.SECONDS);
    while (state != null && !state.equals(new State.Ok<>(expected))) {
      state = seen.poll(30, TimeUnit.SECONDS);
    }
    assertThat(state).isNotNull();
  }
}
